"""One pass over one connector: look, plan, act, and again until nothing is left to do."""

from __future__ import annotations

import logging
from dataclasses import replace

from weir_operator.controller.act import Actor, without_source
from weir_operator.controller.claim import Claims
from weir_operator.controller.clock import Clock
from weir_operator.controller.cluster import Cluster
from weir_operator.controller.entry import Entry
from weir_operator.plan import action as act
from weir_operator.plan import decision, lesson
from weir_operator.plan.observation import Observed, Source

logger = logging.getLogger(__name__)

MOST_STEPS = 12
"""Plans in one pass; more would be a plan that does not come to an end."""


def look(entry: Entry, cluster: Cluster | None, claims: Claims) -> Observed:
    """Give what the last read of the cluster says of an entry."""
    holder = claims.holder(entry)
    held_by = str(holder.desired.owner) if holder is not None else ""
    if cluster is None:
        return Observed(holder=held_by)
    return Observed(
        contact=cluster.contact,
        problem=cluster.problem,
        read_at=cluster.read_at,
        view=cluster.found.get(entry.desired.connector),
        holder=held_by,
    )


class Reconciler:
    """Runs passes; the controller sees to it that one connector has one pass at a time."""

    def __init__(self, actor: Actor, claims: Claims, clock: Clock) -> None:
        self._actor = actor
        self._claims = claims
        self._clock = clock

    async def reconcile(self, entry: Entry, cluster: Cluster | None, *, acting: bool) -> None:
        """Bring one connector as far as it goes now; the entry holds the outcome.

        Without `acting`, or without a cluster to act on, it only looks and plans.
        """
        entry.observed = look(entry, cluster, self._claims)
        for _ in range(MOST_STEPS):
            now = self._clock.monotonic()
            planned = decision.plan(entry.desired, entry.observed, entry.memory, now)
            entry.memory, entry.outcome = planned.memory, planned.outcome
            if not planned.actions or not acting or entry.is_gone:
                return
            for action in planned.actions:
                if not await self._one(action, entry, cluster):
                    break
            if entry.is_gone:
                return
        title = entry.desired.title
        logger.error("%s: no end after %d steps; tried again later", title, MOST_STEPS)

    async def _one(self, action: act.Action, entry: Entry, cluster: Cluster | None) -> bool:
        """Do one action and fold in what it taught; tell whether the next may follow."""
        generation = entry.desired.generation
        result = await self._perform(action, entry, cluster)
        now = self._clock.monotonic()
        if isinstance(action, act.LookAtSource):
            entry.observed = replace(entry.observed, source=_source(result))
            return False
        before = entry.memory.wrote_at
        entry.memory = lesson.learn(entry.memory, action, result, now=now, seed=entry.uid)
        if isinstance(action, act.SetState | act.Delete) and action.at_source:
            without_source(entry)
        if isinstance(result, act.Seen):
            self._confirmed(entry, result, now)
        elif cluster is not None and entry.memory.wrote_at != before:
            cluster.expect()
        # a newer spec makes the rest of this plan void
        return isinstance(result, act.Done) and entry.desired.generation == generation

    async def _perform(
        self, action: act.Action, entry: Entry, cluster: Cluster | None
    ) -> act.Result:
        if cluster is not None:
            return await self._actor.perform(action, entry, cluster)
        return await self._actor.release(entry)

    def _confirmed(self, entry: Entry, seen: act.Seen, now: float) -> None:
        view = seen.view
        former = entry.observed.view
        if view is not None and view.status is None and former is not None:
            view = replace(view, status=former.status)
        entry.observed = replace(entry.observed, view=view, confirmed=True, read_at=now)


def _source(result: act.Result) -> Source:
    if isinstance(result, act.Seen):
        return Source(view=result.view)
    if isinstance(result, act.Failed):
        return Source(problem=str(result.error))
    return Source(problem="it was not looked at")

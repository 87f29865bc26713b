"""The controller: resources in, calls to Connect and statuses out."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace

from weir_operator.client.http import HttpConnect
from weir_operator.client.port import ConnectApi, ConnectFactory
from weir_operator.client.target import ClusterTarget
from weir_operator.controller.act import Actor
from weir_operator.controller.claim import Claims
from weir_operator.controller.clock import Clock, SystemClock
from weir_operator.controller.cluster import Cluster, Pace
from weir_operator.controller.entry import Entry, remembered
from weir_operator.controller.ports import Change, DesiredSource, Gone, Present, Report
from weir_operator.controller.queue import DIFFERENCE, PEOPLE, RETRY, Queue
from weir_operator.controller.reconcile import Reconciler, look
from weir_operator.controller.report import Reporter
from weir_operator.plan.model import Desired
from weir_operator.plan.observation import Contact, Observed
from weir_operator.plan.outcome import Phase

logger = logging.getLogger(__name__)

ERROR_PAUSE_S = 30.0


@dataclass(frozen=True, slots=True)
class Health:
    """How the controller is: for probes and metrics.

    `contact` tells of each cluster's URL whether it answers; `listed` whether the source's list
    is complete.
    """

    listed: bool
    resources: int
    waiting: int
    oldest_wait_s: float
    contact: dict[str, bool] = field(default_factory=dict)


class Controller:
    """Keeps every connector as its resource says; see the package for how to run it."""

    def __init__(
        self,
        source: DesiredSource,
        report: Report,
        *,
        connect: ConnectFactory = HttpConnect,
        clock: Clock | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._source = source
        self._connect = connect
        self._clock = clock or SystemClock()
        self._pace = pace or Pace()
        self._entries: dict[str, Entry] = {}
        self._clusters: dict[ClusterTarget, Cluster] = {}
        self._cluster_tasks: dict[ClusterTarget, asyncio.Task[None]] = {}
        self._apis: dict[ClusterTarget, ConnectApi] = {}
        self._queue = Queue(self._clock, concurrency=self._pace.concurrency)
        self._claims = Claims(self._entries)
        self._reporter = Reporter(report, self._clock)
        actor = Actor(self._reporter, self._source_api)
        self._reconciler = Reconciler(actor, self._claims, self._clock)
        self._acting = True
        self._listed = False
        self._stopping = asyncio.Event()
        self._group: asyncio.TaskGroup | None = None

    # running

    async def run(self) -> None:
        """List, then keep everything as it should be until `stop` or cancellation.

        Raises:
            OperatorError: The source cannot list.
        """
        try:
            for desired in await self._source.list():
                self._put(desired, is_news=False)
            self._listed = True
            async with asyncio.TaskGroup() as telling:
                reports = [
                    telling.create_task(self._reporter.run(), name="statuses"),
                    telling.create_task(self._reporter.run_events(), name="events"),
                ]
                await self._until_stopped()
                # what the last calls did is told too
                await self._reporter.wait_told()
                for task in reports:
                    task.cancel()
        finally:
            self._group = None
            for api in self._apis.values():
                await api.close()

    async def _until_stopped(self) -> None:
        async with asyncio.TaskGroup() as group:
            self._group = group
            tasks = [
                group.create_task(self._follow(), name="changes"),
                group.create_task(self._dispatch(), name="dispatch"),
            ]
            for target in self._clusters:
                self._start(target)
            await self._stopping.wait()
            for task in (*tasks, *self._cluster_tasks.values()):
                task.cancel()

    def stop(self) -> None:
        """End `run`; calls under way are finished first."""
        self._stopping.set()

    def gate(self, *, acting: bool) -> None:
        """Let it act, or only look: a replica that does not lead keeps its reads warm."""
        if acting and not self._acting:
            for entry in self._entries.values():
                self._enqueue(entry, RETRY)
        self._acting = acting

    # asking

    def health(self) -> Health:
        """Say how the controller is."""
        return Health(
            listed=self._listed,
            resources=len(self._entries),
            waiting=len(self._queue),
            oldest_wait_s=self._queue.oldest_age_s(),
            contact={
                target.url: cluster.contact is Contact.FINE
                for target, cluster in self._clusters.items()
            },
        )

    def entries(self) -> list[Entry]:
        """Give every resource with its outcome; to be read only."""
        return list(self._entries.values())

    # resources

    async def _follow(self) -> None:
        async for change in self._source.changes():
            self._take(change)

    def _take(self, change: Change) -> None:
        match change:
            case Present(desired):
                self._put(desired, is_news=True)
            case Gone(uid):
                self._remove(uid)

    def _put(self, desired: Desired, *, is_news: bool) -> None:
        uid = desired.owner.uid
        entry = self._entries.get(uid)
        if entry is None:
            memory = remembered(desired, self._clock.monotonic())
            entry = self._entries[uid] = Entry(desired, memory)
        else:
            same = entry.desired == desired
            self._leave(entry, keep=desired.target)
            entry.desired = desired
            if desired.finalizer and not entry.memory.finalizer:
                entry.memory = replace(entry.memory, finalizer=True)
            if same:
                self._reporter.know(entry)
                return
        self._reporter.know(entry)
        self._join(entry)
        self._announce(self._claims.update(entry))
        self._enqueue(entry, PEOPLE if is_news or desired.deleting else RETRY)

    def _remove(self, uid: str) -> None:
        entry = self._entries.get(uid)
        if entry is None:
            return
        concerned = self._claims.remove(uid)
        del self._entries[uid]
        entry.is_gone = True
        self._leave(entry, keep=None)
        self._queue.forget(uid)
        self._reporter.forget(uid)
        self._announce(concerned)

    def _announce(self, uids: set[str]) -> None:
        for uid in uids:
            self._enqueue(self._entries[uid], DIFFERENCE)

    # clusters

    def _join(self, entry: Entry) -> None:
        target = entry.desired.target
        if target is None:
            return
        entry.targets[target.url] = target
        cluster = self._clusters.get(target)
        if cluster is None:
            cluster = Cluster(
                target,
                self._api(target),
                self._clock,
                on_read=self._was_read,
                pace=self._pace,
            )
            self._clusters[target] = cluster
            self._start(target)
        cluster.members.add(entry.uid)

    def _start(self, target: ClusterTarget) -> None:
        if self._group is not None and target not in self._cluster_tasks:
            task = self._group.create_task(self._clusters[target].run(), name=f"read {target.url}")
            self._cluster_tasks[target] = task

    def _leave(self, entry: Entry, *, keep: ClusterTarget | None) -> None:
        target = entry.desired.target
        if target is None or target == keep:
            return
        cluster = self._clusters[target]
        cluster.members.discard(entry.uid)
        if not cluster.members:
            del self._clusters[target]
            task = self._cluster_tasks.pop(target, None)
            if task is not None:
                task.cancel()

    def _api(self, target: ClusterTarget) -> ConnectApi:
        api = self._apis.get(target)
        if api is None:
            api = self._apis[target] = self._connect(target)
        return api

    def _source_api(self, entry: Entry) -> ConnectApi:
        """Give the client for where an entry is placed.

        Credentials go to another address only if they were used there while we ran: those of
        the new place are none of the former one's business.
        """
        placement, target = entry.memory.placement, entry.desired.target
        if placement is None or target is None:
            raise AssertionError(entry)
        known = entry.targets.get(placement.url)
        return self._api(known or ClusterTarget(placement.url, ca_pem=target.ca_pem))

    def _was_read(self, cluster: Cluster) -> None:
        """Ask for a pass over every member that the read may concern."""
        expecting = False
        for uid in cluster.members:
            entry = self._entries[uid]
            seen = look(entry, cluster, self._claims)
            outcome = entry.outcome
            working = outcome is None or outcome.phase is Phase.WORKING
            if working or _differs(entry, seen):
                self._enqueue(entry, DIFFERENCE)
            # tasks follow their connector: what was written is not whole before they run
            expecting |= working
            expecting |= entry.memory.expectation is not None
            expecting |= entry.memory.wrote_at > cluster.read_at
        if not expecting:
            cluster.calm()

    # work

    def _enqueue(self, entry: Entry, priority: int, at: float | None = None) -> None:
        self._queue.add(entry.uid, entry.desired.key.url, priority=priority, at=at)

    async def _dispatch(self) -> None:
        group = self._group
        if group is None:
            raise AssertionError
        while True:
            uid = await self._queue.take()
            group.create_task(self._work(uid), name=f"reconcile {uid}")

    async def _work(self, uid: str) -> None:
        entry = self._entries.get(uid)
        try:
            if entry is not None:
                await self._pass(entry)
        except Exception:
            # a defect in one pass must not end the others; it is tried again, and seen
            logger.exception("the pass over %s failed", entry.desired.title if entry else uid)
            if entry is not None and not entry.is_gone:
                self._enqueue(entry, RETRY, self._clock.monotonic() + ERROR_PAUSE_S)
        finally:
            self._queue.done(uid)

    async def _pass(self, entry: Entry) -> None:
        target = entry.desired.target
        cluster = self._clusters.get(target) if target is not None else None
        await self._reconciler.reconcile(entry, cluster, acting=self._acting)
        if entry.is_gone:
            return
        self._announce(self._claims.update(entry))
        outcome = entry.outcome
        if outcome is not None and outcome.requeue_at is not None:
            self._enqueue(entry, RETRY, outcome.requeue_at)
        if self._acting:
            contact_at = cluster.contact_at if cluster is not None else None
            self._reporter.post(entry, contact_at=contact_at)


def _differs(entry: Entry, seen: Observed) -> bool:
    """Tell whether a read shows something else than the last pass saw, its time apart."""
    before = entry.observed
    return (
        seen.contact is not before.contact
        or seen.problem != before.problem
        or seen.holder != before.holder
        or seen.view != before.view
    )

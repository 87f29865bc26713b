"""Results on their way to the resources: few writes, the newest only."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from weir_operator.conditions import status as statuses
from weir_operator.conditions.facts import Facts, Progress, Verdict
from weir_operator.conditions.judgement import previous_conditions
from weir_operator.controller.clock import Clock, pause
from weir_operator.controller.entry import Entry
from weir_operator.controller.ports import OwnerGoneError, Report, ReportError
from weir_operator.controller.rate import Rate
from weir_operator.plan import kept
from weir_operator.plan.model import Nonces, Owner
from weir_operator.plan.observation import Contact
from weir_operator.plan.outcome import Outcome, Phase
from weir_operator.resources.reason import Reason

logger = logging.getLogger(__name__)

COALESCE_S = 0.2
RETRY_S = 2.0
RETRY_MOST_S = 60.0
EVENTS_WAITING = 500
EVENTS_END_S = 2.0

_PROGRESS = {
    Phase.SETTLED: Progress.SETTLED,
    Phase.WORKING: Progress.WORKING,
    Phase.STALLED: Progress.STALLED,
}
_NO_CONTACT = frozenset({Reason.CONNECT_UNREACHABLE, Reason.UNAUTHORIZED, Reason.PENDING})


def stamp(wall: float) -> str:
    """Give a time as Kubernetes writes it."""
    return datetime.fromtimestamp(int(wall), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def facts_of(
    entry: Entry, previous: Mapping[str, Any], *, now: float, contact_at: float | None
) -> Facts:
    """Bring together what the status of an entry is made from."""
    desired, memory = entry.desired, entry.memory
    outcome = entry.outcome or Outcome(Phase.WORKING, Reason.PENDING)
    contact = entry.observed.contact is Contact.FINE
    placement = memory.placement
    last = stamp(contact_at) if contact_at is not None else previous.get("lastContact")
    return Facts(
        generation=desired.generation,
        name=desired.connector,
        progress=_PROGRESS[outcome.phase],
        reason=outcome.reason,
        message=outcome.message,
        now=stamp(now),
        deleting=desired.deleting,
        contact=contact,
        # what another resource owns is not ours to show
        view=None if entry.observed.holder else entry.observed.view,
        synced=_synced(entry, outcome),
        validated=_validated(entry),
        placement={"url": placement.url, "name": placement.name} if placement else None,
        handled=handled_of(memory.handled, previous),
        restarts={part: one.restarts for part, one in memory.parts.items()},
        last_contact=last,
        previous=previous,
    )


def handled_of(handled: Nonces, previous: Mapping[str, Any]) -> dict[str, str]:
    """Give the handled nonces under the names of the status."""
    kept = (previous.get("handled") or {}).get("offsets")
    values = {
        "restart": handled.restart,
        "restartFailed": handled.restart_failed,
        "restartTask": handled.restart_task,
        "offsets": kept,
    }
    return {name: value for name, value in values.items() if value}


def _synced(entry: Entry, outcome: Outcome) -> Verdict:
    found = outcome.difference
    if found is None:
        if outcome.phase is Phase.WORKING and outcome.reason not in _NO_CONTACT:
            return Verdict(False, outcome.reason, outcome.message)
        return Verdict(None, Reason.UNKNOWN)
    if not found:
        return Verdict(True, Reason.IN_SYNC)
    reason = outcome.reason if outcome.phase is not Phase.SETTLED else Reason.DRIFTED
    return Verdict(False, reason, f"{found}")


def _validated(entry: Entry) -> Verdict:
    judged = entry.memory.judgement
    desired = entry.desired
    if judged is None or kept.own(judged.config, desired.keep) != desired.config:
        return Verdict(None, Reason.UNKNOWN)
    return Verdict(judged.reason is Reason.VALID, judged.reason, judged.message)


@dataclass(slots=True)
class _Slot:
    """The last status that was written for one resource, and the one that is to be."""

    owner: Owner
    written: Mapping[str, Any]
    wanted: Mapping[str, Any] | None = None
    not_before: float = 0.0
    failures: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Reporter:
    """Writes statuses when they differ, coalesced, and events in the background."""

    def __init__(self, port: Report, clock: Clock) -> None:
        self.port = port
        self._clock = clock
        self._slots: dict[str, _Slot] = {}
        self._due: dict[str, None] = {}
        self._wake = asyncio.Event()
        self._rate = Rate(clock, per_s=50.0, burst=50)
        self._events: asyncio.Queue[tuple[Owner, Literal["Normal", "Warning"], str, str]]
        self._events = asyncio.Queue(EVENTS_WAITING)

    @property
    def waiting(self) -> int:
        """How many statuses are not written yet."""
        return len(self._due)

    def know(self, entry: Entry) -> None:
        """Take over a resource, with the status it has."""
        slot = self._slots.get(entry.uid)
        if slot is None:
            self._slots[entry.uid] = _Slot(entry.desired.owner, dict(entry.desired.status))
        else:
            slot.owner = entry.desired.owner

    def forget(self, uid: str) -> None:
        """Let a resource go that no longer exists."""
        self._slots.pop(uid, None)
        self._due.pop(uid, None)

    def previous(self, uid: str) -> Mapping[str, Any]:
        """Give the newest status of a resource, written or about to be."""
        slot = self._slots.get(uid)
        if slot is None:
            return {}
        return slot.wanted if slot.wanted is not None else slot.written

    def post(self, entry: Entry, *, contact_at: float | None) -> None:
        """Bring a resource's status up to date, soon, if it differs."""
        slot = self._slots.get(entry.uid)
        if slot is None or _is_too_early(entry, slot):
            return
        previous = self.previous(entry.uid)
        now = self._clock.wall()
        facts = facts_of(entry, previous, now=now, contact_at=contact_at)
        status = statuses.build(facts)
        self._tell_transition(entry, previous, status)
        if not statuses.differs(status, previous, contact=facts.contact):
            return
        slot.wanted = status
        self._due[entry.uid] = None
        self._wake.set()

    async def write_now(self, entry: Entry, *, contact_at: float | None) -> None:
        """Write what must be durable before the next call to Connect.

        Raises:
            ReportError: It is not durable.
        """
        slot = self._slots.get(entry.uid)
        if slot is None:
            raise OwnerGoneError(f"{entry.desired.owner} no longer exists")
        now = self._clock.wall()
        facts = facts_of(entry, self.previous(entry.uid), now=now, contact_at=contact_at)
        status = statuses.build(facts)
        async with slot.lock:
            await self.port.status(slot.owner, status)
            slot.written, slot.wanted = status, None
        self._due.pop(entry.uid, None)

    def tell(
        self, owner: Owner, kind: Literal["Normal", "Warning"], reason: str, message: str
    ) -> None:
        """Send an event in the background; dropped while too many wait."""
        try:
            self._events.put_nowait((owner, kind, reason, message[:1000]))
        except asyncio.QueueFull:
            logger.warning("event dropped: %s %s: %s", owner, reason, message)

    def _tell_transition(
        self, entry: Entry, previous: Mapping[str, Any], status: Mapping[str, Any]
    ) -> None:
        before = previous_conditions(previous).get("Stalled", {})
        after = previous_conditions(status)["Stalled"]
        if after["status"] != "True":
            return
        if before.get("status") == "True" and before.get("reason") == after["reason"]:
            return
        line = "; ".join(after["message"].splitlines())
        logger.warning("%s: %s: %s", entry.desired.title, after["reason"], line)
        self.tell(entry.desired.owner, "Warning", after["reason"], after["message"])

    async def run(self) -> None:
        """Write statuses until cancelled."""
        while True:
            self._wake.clear()
            if not self._due:
                await self._clock.wait(self._wake, None)
            await pause(self._clock, COALESCE_S)
            now = self._clock.monotonic()
            ready = [uid for uid in self._due if self._slots[uid].not_before <= now]
            # at most eight at once: one slow write must not hold up the others
            for start in range(0, len(ready), 8):
                async with asyncio.TaskGroup() as group:
                    for uid in ready[start : start + 8]:
                        group.create_task(self._write(uid), name=f"status {uid}")

    async def run_events(self) -> None:
        """Send events until cancelled."""
        while True:
            owner, kind, reason, message = await self._events.get()
            try:
                await self.port.event(owner, kind=kind, reason=reason, message=message)
            except Exception:
                # an event is a courtesy: whatever goes wrong with it stops nothing
                logger.exception("event not sent: %s %s", owner, reason)
            finally:
                self._events.task_done()

    async def wait_told(self) -> None:
        """Wait until the events are sent, not for long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(EVENTS_END_S):
                await self._events.join()

    async def _write(self, uid: str) -> None:
        slot = self._slots.get(uid)
        if slot is None:
            return
        await self._rate.wait()
        async with slot.lock:
            status = slot.wanted
            self._due.pop(uid, None)
            if status is None:
                return
            try:
                await self.port.status(slot.owner, status)
            except OwnerGoneError:
                slot.wanted = None
            except ReportError as problem:
                self._again(uid, slot, problem)
            else:
                slot.written, slot.failures = status, 0
                if slot.wanted is status:
                    slot.wanted = None

    def _again(self, uid: str, slot: _Slot, problem: ReportError) -> None:
        slot.failures += 1
        delay = min(RETRY_S * 2.0 ** (slot.failures - 1), RETRY_MOST_S)
        slot.not_before = self._clock.monotonic() + delay
        logger.warning("status of %s not written, again in %.0f s: %s", slot.owner, delay, problem)
        self._due[uid] = None
        self._wake.set()


def _is_too_early(entry: Entry, slot: _Slot) -> bool:
    """Tell whether all we know is less than what an earlier run wrote of this generation."""
    outcome = entry.outcome
    if outcome is None or outcome.reason is not Reason.PENDING:
        return False
    return slot.written.get("observedGeneration") == entry.desired.generation

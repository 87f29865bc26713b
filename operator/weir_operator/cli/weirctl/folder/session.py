"""One run of the controller over a folder, from a command line."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from weir_operator.cli.weirctl.output import tell_error
from weir_operator.cli.weirctl.worker import connect
from weir_operator.conditions import status as statuses
from weir_operator.controller.cluster import Pace
from weir_operator.controller.engine import Controller
from weir_operator.controller.entry import Entry
from weir_operator.controller.report import facts_of
from weir_operator.plan.model import Desired, ManagementPolicy, Owner
from weir_operator.plan.observation import Contact
from weir_operator.plan.outcome import Phase
from weir_operator.resources.reason import Reason
from weir_operator.sources.folder import FolderError
from weir_operator.sources.folder_report import FolderReport, OnEvent, OnStatus
from weir_operator.sources.folder_source import FolderSource

IN_SYNC, DIFFERS, ERROR = 0, 1, 2
LOOK_S = 0.1
BRISK = Pace(calls_per_s=400.0, burst=100, concurrency=16)
"""Somebody waits: only how fast the worker answers holds it back."""
ONCE = replace(BRISK, lost_after=1)
"""For a look at one moment: the first failed read is the answer."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: every resource with its outcome, and whether it was in time."""

    entries: tuple[Entry, ...]
    in_time: bool
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who is told while a run goes on; `look` gets all entries ten times a second."""

    event: OnEvent | None = None
    status: OnStatus | None = None
    look: Callable[[Sequence[Entry]], None] = lambda _: None


def observing(desires: Sequence[Desired]) -> list[Desired]:
    """Give the same desires for a run that writes nothing."""
    return [replace(one, management_policy=ManagementPolicy.OBSERVE) for one in desires]


async def run_until(
    desires: Sequence[Desired],
    is_done: Callable[[Entry], bool],
    *,
    timeout_s: float,
    pace: Pace = BRISK,
    told: Listeners = Listeners(),
    stop: asyncio.Event | None = None,
) -> Ended:
    """Run the controller until every resource is done, the time is over, or `stop` is set.

    Calls under way are finished in every case.
    """
    source = FolderSource(lambda: desires, on_problem=complain, poll_s=3600.0)
    report = FolderReport(on_event=told.event, on_status=told.status)
    controller = Controller(source, report, connect=connect, pace=pace)
    stop = stop or asyncio.Event()
    in_time = True
    async with asyncio.TaskGroup() as group:
        running = group.create_task(controller.run(), name="controller")
        try:
            async with asyncio.timeout(timeout_s):
                while not running.done() and not stop.is_set():
                    if _look(controller, is_done, told):
                        break
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(stop.wait(), LOOK_S)
        except TimeoutError:
            in_time = False
        if stop.is_set():
            controller.stop()
            await running
        entries = tuple(controller.entries())
        # events that tell what was done are still on their way
        await asyncio.sleep(LOOK_S)
        controller.stop()
    return Ended(entries, in_time, interrupted=stop.is_set())


def _look(controller: Controller, is_done: Callable[[Entry], bool], told: Listeners) -> bool:
    entries = controller.entries()
    told.look(entries)
    return controller.health().listed and all(is_done(entry) for entry in entries)


async def run_watch(
    load: Callable[[], Sequence[Desired]],
    *,
    on_event: OnEvent,
    on_status: OnStatus,
    stop: asyncio.Event,
) -> None:
    """Run the controller over a folder that may change, until `stop` is set."""
    source = FolderSource(load, on_problem=complain)
    report = FolderReport(on_event=on_event, on_status=on_status)
    controller = Controller(source, report, connect=connect, pace=BRISK)
    async with asyncio.TaskGroup() as group:
        group.create_task(controller.run(), name="controller")
        await stop.wait()
        controller.stop()


def is_looked_at(entry: Entry) -> bool:
    """Tell whether a look, without writing, has come to a result."""
    outcome = entry.outcome
    if outcome is None or outcome.reason is Reason.PENDING:
        return False
    return outcome.phase is not Phase.WORKING or entry.observed.contact is not Contact.NONE_YET


def is_finished(entry: Entry) -> bool:
    """Tell whether a resource is as asked, or needs a person."""
    return entry.outcome is not None and entry.outcome.phase is not Phase.WORKING


def status_of(entry: Entry) -> dict[str, Any]:
    """Give the status of a resource as a custom resource would have it."""
    return statuses.build(facts_of(entry, {}, now=time.time(), contact_at=None))


def complain(problem: FolderError) -> None:
    """Tell of files that are wrong."""
    tell_error(str(problem))


def counted(number: int) -> str:
    """Give a number of connectors in words: `1 connector`, `2 connectors`."""
    return f"{number} connector{'' if number == 1 else 's'}"


def event_line(owner: Owner, kind: Literal["Normal", "Warning"], reason: str, text: str) -> str:
    """Give an event as a line for people."""
    mark = "!" if kind == "Warning" else "*"
    first = text.partition("\n")[0]
    return f"{mark} {owner}: {first} ({reason})"

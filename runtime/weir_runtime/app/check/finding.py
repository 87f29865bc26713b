"""What a check has found, as values; and what the whole amounts to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

OK = 0
PROBLEM = 1
CANNOT_TELL = 2


class Level(StrEnum):
    """How much a finding matters."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    PROBLEM = "problem"  # something will not run
    UNKNOWN = "unknown"  # it could not be looked at


class Outcome(StrEnum):
    """What becomes of a key of the worker."""

    HONOURED = "honoured"
    MAPPED = "mapped"
    CONVERTED = "converted"
    DROPPED = "dropped"
    IGNORED = "ignored"
    REFUSED = "refused"
    INVALID = "invalid"
    UNKNOWN = "unknown"

    @property
    def is_problem(self) -> bool:
        """Tell whether a worker does not start with such a key."""
        return self in (Outcome.REFUSED, Outcome.INVALID)


@dataclass(frozen=True, slots=True)
class Remark:
    """One sentence about `subject`."""

    level: Level
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class KeyFinding:
    """A key of the worker's file; `value` is hidden where it is a secret."""

    key: str
    value: str
    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ClientFinding:
    """What one kind of client is made with; `error` where it cannot be made."""

    name: str
    library: str
    settings: Mapping[str, str]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class TopicFinding:
    """An internal topic; `partitions` is None where it is not there."""

    store: str
    name: str
    level: Level
    text: str
    partitions: int | None = None
    records: int = 0
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class Member:
    """A worker that is in the group now."""

    client_id: str
    host: str
    url: str


@dataclass(frozen=True, slots=True)
class GroupFinding:
    """The group of workers as it is now."""

    name: str
    level: Level
    text: str
    members: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True)
class ConnectorFinding:
    """A connector and what a take-over would make of it.

    Attributes:
        class_name: as its config has it.
        plugin: full name of the class that runs it; None where there is none.
        state: RUNNING, PAUSED or STOPPED, as it is wanted.
        tasks: how many there are; None where that is only known once it runs.
        offsets: partitions with a committed offset; None where nobody has looked.
        reasons: why it will not run; empty where it will.
    """

    name: str
    class_name: str
    kind: str
    state: str
    plugin: str | None = None
    version: str | None = None
    location: str | None = None
    tasks: int | None = None
    offsets: int | None = None
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def runs(self) -> bool:
        """Tell whether it will run."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was found.

    Attributes:
        worker: about the file as a whole, its converters and defaults.
        offset_file: of a standalone worker.
        connectors: None where they could not be looked at.
    """

    file: str
    mode: str
    why_mode: str
    keys: tuple[KeyFinding, ...] = ()
    worker: tuple[Remark, ...] = ()
    clients: tuple[ClientFinding, ...] = ()
    environment: tuple[Remark, ...] = ()
    cluster: tuple[Remark, ...] = ()
    topics: tuple[TopicFinding, ...] = ()
    group: GroupFinding | None = None
    offset_file: tuple[Remark, ...] = ()
    connectors: tuple[ConnectorFinding, ...] | None = None

    @property
    def starts(self) -> bool:
        """Tell whether a worker would start with this file."""
        return Level.PROBLEM not in set(self._worker_levels())

    @property
    def exit_code(self) -> int:
        """Return 0 where everything runs, 1 where something will not, 2 where nobody can tell."""
        stopped = [item for item in self.connectors or () if not item.runs]
        if stopped or not self.starts:
            return PROBLEM
        return CANNOT_TELL if Level.UNKNOWN in set(self._worker_levels()) else OK

    @property
    def summary(self) -> str:
        """Return the last line."""
        parts = [_connectors(self.connectors)]
        if not self.starts:
            count = sum(level is Level.PROBLEM for level in self._worker_levels())
            parts.append(f"the worker itself will not start before {_problems(count)} solved")
        unseen = sum(level is Level.UNKNOWN for level in self._worker_levels())
        if unseen:
            what = "1 thing" if unseen == 1 else f"{unseen} things"
            parts.append(f"{what} could not be looked at")
        return "; ".join(parts)

    def _worker_levels(self) -> Iterator[Level]:
        for key in self.keys:
            yield Level.PROBLEM if key.outcome.is_problem else Level.OK
        for client in self.clients:
            yield Level.PROBLEM if client.error else Level.OK
        for remark in (*self.worker, *self.environment, *self.cluster, *self.offset_file):
            yield remark.level
        for topic in self.topics:
            yield topic.level
        if self.group is not None:
            yield self.group.level


def _problems(count: int) -> str:
    return "a problem is" if count == 1 else f"{count} problems are"


def _connectors(connectors: tuple[ConnectorFinding, ...] | None) -> str:
    if connectors is None:
        return "the connectors are not known"
    if not connectors:
        return "there are no connectors"
    running = [item for item in connectors if item.runs]
    held = [
        f"{count} {state}"
        for state in ("paused", "stopped")
        if (count := sum(item.state == state.upper() for item in running))
    ]
    more = f" ({', '.join(held)})" if held else ""
    return f"{len(running)} of {len(connectors)} connectors will run{more}"

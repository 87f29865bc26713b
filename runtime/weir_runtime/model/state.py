"""Wanted and reported states.

Source: org.apache.kafka.connect.runtime.TargetState, AbstractStatus, ConnectorStatus, TaskStatus.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from weir_runtime.model.ids import TaskId


class TargetState(StrEnum):
    """What a person wants of a connector; STOPPED goes to the topic as PAUSED plus `state.v2`."""

    STARTED = "STARTED"
    PAUSED = "PAUSED"
    STOPPED = "STOPPED"


class State(StrEnum):
    """What a part is in. Tasks are never STOPPED; DESTROYED is a tombstone and never shown."""

    UNASSIGNED = "UNASSIGNED"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    STOPPED = "STOPPED"
    FAILED = "FAILED"
    RESTARTING = "RESTARTING"
    DESTROYED = "DESTROYED"


@dataclass(frozen=True, slots=True)
class Status:
    """One status record.

    Attributes:
        part: connector name, or a task.
        worker_id: advertised `host:port` of the writer.
        generation: group generation of the writer.
        trace: Java-like trace text of a failure.
        version: plugin version; None where it was written without an instance.
    """

    part: str | TaskId
    state: State
    worker_id: str
    generation: int
    trace: str | None = None
    version: str | None = None

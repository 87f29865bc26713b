"""The contexts that tests give to connectors and tasks."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterable, Mapping
from typing import Any

from weir_runtime.api.connector import Offset, Partition, TopicPartition

LONGEST_WAIT_S = 0.01


def partition_key(partition: Partition) -> str:
    """Return a text that is equal for equal partitions."""
    return json.dumps(dict(partition), sort_keys=True)


class MemoryConnectorContext:
    """Remembers what a connector asked for.

    Attributes:
        reconfigurations: how often new task configs were asked for.
        failure: what the connector has failed with.
    """

    def __init__(self, connector: str) -> None:
        self.connector = connector
        self.logger = logging.getLogger(f"weir_runtime.testing.{connector}")
        self.reconfigurations = 0
        self.failure: BaseException | None = None

    def request_task_reconfiguration(self) -> None:
        """Count the request."""
        self.reconfigurations += 1

    def fail(self, error: BaseException) -> None:
        """Keep the error; the run raises it."""
        self.failure = error


class MemoryTaskContext:
    """What every task may ask; a wait is cut short, and tells whether to stop.

    Attributes:
        stopping: whether the task has been asked to stop.
        stop_when_waiting: the first wait ends the run: the task has nothing more for now.
    """

    def __init__(self, connector: str, task: int, *, stop_when_waiting: bool = False) -> None:
        self.connector = connector
        self.task = task
        self.logger = logging.getLogger(f"weir_runtime.testing.{connector}.{task}")
        self.stopping = False
        self.stop_when_waiting = stop_when_waiting
        self._pause = threading.Event()

    def wait(self, duration_s: float) -> bool:
        """Wait at most a moment and return whether to stop."""
        if self.stop_when_waiting:
            self.stopping = True
        if not self.stopping:
            self._pause.wait(min(duration_s, LONGEST_WAIT_S))
        return self.stopping


class MemorySourceContext(MemoryTaskContext):
    """Offsets from a mapping that the run keeps up to date."""

    def __init__(
        self,
        connector: str,
        task: int,
        *,
        offsets: dict[str, tuple[Partition, Offset]],
        stop_when_waiting: bool,
    ) -> None:
        super().__init__(connector, task, stop_when_waiting=stop_when_waiting)
        self._offsets = offsets

    def offset(self, partition: Partition) -> Offset | None:
        """Return the offset last acknowledged, or given at the start."""
        found = self._offsets.get(partition_key(partition))
        return None if found is None else found[1]


class MemorySinkContext(MemoryTaskContext):
    """Remembers what a sink task asked for.

    Attributes:
        paused: partitions that get nothing.
        sought: offsets to read on from, taken by the run after each call.
        commits_requested: how often a commit was asked for.
    """

    def __init__(self, connector: str, task: int, assigned: Iterable[TopicPartition]) -> None:
        super().__init__(connector, task)
        self._assigned = frozenset(assigned)
        self.paused: set[TopicPartition] = set()
        self.sought: dict[TopicPartition, int] = {}
        self.commits_requested = 0

    def assignment(self) -> frozenset[TopicPartition]:
        """Return the partitions of the batches of the run."""
        return self._assigned

    def seek(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Have these offsets delivered next."""
        self.sought.update(offsets)

    def pause(self, partitions: Iterable[TopicPartition]) -> None:
        """Hold the partitions back."""
        self.paused.update(partitions)

    def resume(self, partitions: Iterable[TopicPartition]) -> None:
        """Deliver the partitions again."""
        self.paused.difference_update(partitions)

    def request_commit(self) -> None:
        """Commit after the present call."""
        self.commits_requested += 1


def settings(config: Mapping[str, Any]) -> dict[str, str]:
    """Return a config's values as the strings a worker gets: `True` is `true`."""
    return {
        key: str(value).lower() if isinstance(value, bool) else str(value)
        for key, value in config.items()
        if value is not None
    }

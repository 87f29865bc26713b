"""Sets of connector instances and tasks: what is assigned, revoked, owned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from weir_runtime.model.cluster import ClusterConfig
from weir_runtime.model.ids import TaskId


@dataclass(frozen=True, slots=True)
class Parts:
    """Connector instances and tasks; false when there are none."""

    connectors: frozenset[str] = frozenset()
    tasks: frozenset[TaskId] = frozenset()

    @classmethod
    def of(cls, connectors: Iterable[str] = (), tasks: Iterable[TaskId] = ()) -> Self:
        """Collect from any iterables."""
        return cls(frozenset(connectors), frozenset(tasks))

    @classmethod
    def configured(cls, config: ClusterConfig) -> Self:
        """Return everything that the config topic wants to run."""
        return cls.of(
            config.connectors,
            (task for connector in config.connectors for task in config.task_ids(connector)),
        )

    def __or__(self, other: Parts) -> Parts:
        return Parts(self.connectors | other.connectors, self.tasks | other.tasks)

    def __sub__(self, other: Parts) -> Parts:
        return Parts(self.connectors - other.connectors, self.tasks - other.tasks)

    def __and__(self, other: Parts) -> Parts:
        return Parts(self.connectors & other.connectors, self.tasks & other.tasks)

    def __bool__(self) -> bool:
        return bool(self.connectors or self.tasks)

    def __len__(self) -> int:
        return len(self.connectors) + len(self.tasks)


NONE: Final = Parts()

"""What the status topic says, and above it what this worker has written and not read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import Status
from weir_runtime.storage.ports import TopicStatus
from weir_runtime.storage.status_record import Part, TopicKey

Entry = Status | TopicStatus | None


class StatusTable:
    """Entries by part, indexed by connector; None in the overlay hides an entry."""

    def __init__(self) -> None:
        self._read: dict[Part, Status | TopicStatus] = {}
        self._overlay: dict[Part, Entry] = {}
        self._parts: dict[str, dict[Part, None]] = {}

    def get(self, part: Part) -> Entry:
        """Return what readers of this worker see."""
        return self._overlay[part] if part in self._overlay else self._read.get(part)

    def replayed(self, part: Part) -> Entry:
        """Return what the topic says."""
        return self._read.get(part)

    def replay(self, part: Part, entry: Entry) -> None:
        """Take over what the topic says."""
        if entry is None:
            self._read.pop(part, None)
        else:
            self._read[part] = entry
        self._index(part)

    def show(self, part: Part, entry: Entry) -> None:
        """Show an entry before the topic says so."""
        self._overlay[part] = entry
        self._index(part)

    def reveal(self, part: Part) -> None:
        """Show again what the topic says."""
        self._overlay.pop(part, None)
        self._index(part)

    def of(self, connector: str) -> Iterator[tuple[Part, Status | TopicStatus]]:
        """Yield the visible parts of a connector."""
        for part in tuple(self._parts.get(connector, ())):
            entry = self.get(part)
            if entry is not None:
                yield part, entry

    def connectors(self) -> list[str]:
        """Return the connectors with a visible status."""
        return [
            connector
            for connector in self._parts
            if any(isinstance(entry, Status) for _, entry in self.of(connector))
        ]

    def _index(self, part: Part) -> None:
        connector = connector_of(part)
        parts: Mapping[Part, None] = self._parts.get(connector, {})
        if part in self._read or part in self._overlay:
            self._parts.setdefault(connector, {})[part] = None
        elif part in parts:
            del self._parts[connector][part]
            if not self._parts[connector]:
                del self._parts[connector]


def connector_of(part: Part) -> str:
    """Return the connector that a part belongs to."""
    return part.connector if isinstance(part, TaskId | TopicKey) else part

"""Source offsets by partition, whatever byte form the partition has in the topic; no I/O.

Java finds offsets by the raw bytes of the key, in which the members of a partition stand in the
order of some Java map. Here partitions compare as JSON values, and a form that is there is used
again, so that a Java worker finds what we write.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from weir_runtime.api.errors import DataError
from weir_runtime.codec import java_json
from weir_runtime.kafka.ports import Entry
from weir_runtime.storage.ports import OffsetPair

LOG = logging.getLogger(__name__)

Partition = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Form:
    """One byte form of a partition and what it holds; of several the newest counts."""

    key: bytes
    partition: Partition
    offset: Mapping[str, Any]
    timestamp_ms: int


class OffsetIndex:
    """The records of an offsets topic or file."""

    def __init__(self) -> None:
        self._forms: dict[str, dict[bytes, dict[bytes, _Form]]] = {}

    def apply(self, key: bytes | None, value: bytes | None, timestamp_ms: int = 0) -> None:
        """Take over a record; one that cannot be read is logged and passed over."""
        try:
            connector, partition, offset = decode(key, value)
        except DataError as error:
            LOG.warning("%s", error)
            return
        partitions = self._forms.setdefault(connector, {})
        name = java_json.canonical(partition)
        forms = partitions.setdefault(name, {})
        assert key is not None  # noqa: S101  decode has refused it
        forms.pop(key, None)
        if offset is not None:
            forms[key] = _Form(key, partition, offset, timestamp_ms)
        if not forms:
            del partitions[name]
        if not partitions:
            del self._forms[connector]

    def get(self, connector: str, partition: Partition) -> Mapping[str, Any] | None:
        """Return the offset of a partition."""
        newest = self._newest(connector, partition)
        return newest.offset if newest else None

    def pairs(self, connector: str) -> list[OffsetPair]:
        """Return every partition of a connector with its offset."""
        found = [_newest(forms) for forms in self._forms.get(connector, {}).values()]
        return [(form.partition, form.offset) for form in found]

    def key_for(self, connector: str, partition: Partition) -> bytes:
        """Return the byte form there is, else a new one."""
        newest = self._newest(connector, partition)
        return newest.key if newest else new_key(connector, partition)

    def entries_for(self, connector: str, offsets: Sequence[OffsetPair]) -> list[Entry]:
        """Return the records that set offsets, in every byte form that is there.

        A form left out would come back to a Java worker that happens to ask for it.
        """
        entries: list[Entry] = []
        for partition, offset in offsets:
            name = java_json.canonical(partition)
            forms = self._forms.get(connector, {}).get(name)
            keys = list(forms) if forms else [new_key(connector, partition)]
            value = None if offset is None else java_json.dumps(dict(offset))
            entries += [(key, value) for key in keys]
        return entries

    def connectors(self) -> list[str]:
        """Return every connector that has an offset, sorted."""
        return sorted(self._forms)

    def doubled(self, connector: str) -> int:
        """Return how many partitions of a connector are there in several byte forms."""
        return sum(len(forms) > 1 for forms in self._forms.get(connector, {}).values())

    def entries(self) -> list[tuple[bytes, bytes]]:
        """Return everything there is as records."""
        return [
            (form.key, java_json.dumps(dict(form.offset)))
            for partitions in self._forms.values()
            for forms in partitions.values()
            for form in forms.values()
        ]

    def _newest(self, connector: str, partition: Partition) -> _Form | None:
        forms = self._forms.get(connector, {}).get(java_json.canonical(partition))
        return _newest(forms) if forms else None


def new_key(connector: str, partition: Partition) -> bytes:
    """Return the key of a record for a partition that the topic does not know."""
    return java_json.dumps([connector, dict(partition)])


def decode(
    key: bytes | None, value: bytes | None
) -> tuple[str, Partition, Mapping[str, Any] | None]:
    """Return connector, partition and offset of a record; no offset deletes.

    Raises:
        DataError: key or value is not what it has to be.
    """
    connector, partition = _read_key(key)
    return connector, partition, _read_value(value)


def _newest(forms: Mapping[bytes, _Form]) -> _Form:
    # insertion order is the order of the log: of equal times the last one counts
    return max(reversed(list(forms.values())), key=lambda form: form.timestamp_ms)


def _read_key(key: bytes | None) -> tuple[str, Partition]:
    try:
        content = java_json.loads(key or b"")
    except ValueError as error:
        raise DataError(f"Ignoring an offset with key {key!r}: {error}") from error
    match content:
        case [str() as connector, dict() as partition]:
            return connector, partition
    raise DataError(f"Ignoring an offset with key {key!r}: it is not [connector, partition]")


def _read_value(value: bytes | None) -> Mapping[str, Any] | None:
    if value is None:
        return None
    try:
        content = java_json.loads(value)
    except ValueError as error:
        raise DataError(f"Ignoring an offset with value {value!r}: {error}") from error
    if content is not None and not isinstance(content, dict):
        raise DataError(f"Ignoring an offset with value {value!r}: it is no object")
    return content

"""Partitions and offsets as people type them: pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from weir_operator.client.view import OffsetView

_NONE = ("none", "null")


def mapping(text: str) -> dict[str, Any]:
    """Read a JSON object or `key=value,key=value`; a value is a number where it looks like one.

    Raises:
        ValueError: It is neither.
    """
    if text.lstrip().startswith("{"):
        try:
            body: dict[str, Any] = json.loads(text)
        except ValueError as problem:
            msg = f"{text!r} is no JSON: {problem}"
            raise ValueError(msg) from problem
        return body
    found: dict[str, Any] = {}
    for part in text.split(","):
        key, sign, value = part.partition("=")
        if not sign or not key.strip():
            msg = f"{text!r} is neither key=value,key=value nor a JSON object"
            raise ValueError(msg)
        found[key.strip()] = _scalar(value)
    return found


def _scalar(text: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, int | float | bool) or value is None else text


def offset(text: str) -> dict[str, Any] | None:
    """Read an offset; `none` takes it away.

    Raises:
        ValueError: It is none.
    """
    return None if text.strip().lower() in _NONE else mapping(text)


def at(text: str) -> OffsetView:
    """Read `TOPIC:PARTITION=OFFSET`, the offset of a sink.

    Raises:
        ValueError: It is not of that form.
    """
    place, sign, number = text.rpartition("=")
    topic, colon, partition = place.rpartition(":")
    is_none = number.strip().lower() in _NONE
    if not (sign and colon and topic and partition.isdecimal() and (is_none or number.isdecimal())):
        msg = f"{text!r} is not of the form TOPIC:PARTITION=OFFSET, or =none"
        raise ValueError(msg)
    where = {"kafka_topic": topic, "kafka_partition": int(partition)}
    return OffsetView(where, None if is_none else {"kafka_offset": int(number)})


def document(body: Any) -> list[OffsetView]:
    """Read what `offsets get -o json` gives: `{"offsets": [...]}`, or the list alone.

    Raises:
        ValueError: It is something else.
    """
    entries = body.get("offsets") if isinstance(body, dict) else body
    msg = 'offsets are {"offsets": [{"partition": {...}, "offset": {...}}]}'
    if not isinstance(entries, list):
        raise ValueError(msg)  # noqa: TRY004 - one kind of error for every wrong file
    found = []
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("partition"), dict):
            raise ValueError(msg)  # noqa: TRY004
        if not isinstance(entry.get("offset"), dict | None):
            raise ValueError(msg)  # noqa: TRY004
        found.append(OffsetView(entry["partition"], entry.get("offset")))
    return found


def identity(partition: Mapping[str, Any]) -> str:
    """Give what two spellings of one partition share: Connect takes numbers as texts too."""
    return json.dumps({key: str(value) for key, value in partition.items()}, sort_keys=True)


def replacing(before: Sequence[OffsetView], wanted: Sequence[OffsetView]) -> list[OffsetView]:
    """Add that every partition which is not wanted loses its offset."""
    known = {identity(one.partition) for one in wanted}
    lost = [
        OffsetView(one.partition, None) for one in before if identity(one.partition) not in known
    ]
    return [*wanted, *lost]


def undoing(before: Sequence[OffsetView], wanted: Sequence[OffsetView]) -> list[OffsetView]:
    """Give the offsets that bring back what was before: also where there was none."""
    known = {identity(one.partition) for one in before}
    new = [
        OffsetView(one.partition, None) for one in wanted if identity(one.partition) not in known
    ]
    return [*before, *new]


def changes(
    before: Sequence[OffsetView], wanted: Sequence[OffsetView]
) -> list[tuple[Mapping[str, Any], Mapping[str, Any] | None, Mapping[str, Any] | None]]:
    """Give each partition that would change, with its offset before and after."""
    known = {identity(one.partition): one.offset for one in before}
    found = []
    for one in wanted:
        former = known.get(identity(one.partition))
        if former is None or one.offset is None:
            same = former == one.offset
        else:
            same = identity(former) == identity(one.offset)
        if not same:
            found.append((one.partition, former, one.offset))
    return found

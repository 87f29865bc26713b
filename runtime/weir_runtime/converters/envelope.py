"""Reading JSON envelopes of schema and payload.

Source: org.apache.kafka.connect.json.JsonConverter.toConnectData.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar

import msgspec

from weir_runtime.api.batch import Column
from weir_runtime.api.column import NullColumn, RowsColumn, at_row
from weir_runtime.api.converter import Run
from weir_runtime.api.errors import DataError
from weir_runtime.api.schema import Schema
from weir_runtime.converters.json_read import Read, needs_decimals, reader
from weir_runtime.converters.json_schema import from_json
from weir_runtime.converters.json_write import JsonOptions

NO_ENVELOPE = (
    'JsonConverter with schemas.enable requires "schema" and "payload" fields and may not contain '
    "additional fields. If you are trying to deserialize plain JSON data, set "
    "schemas.enable=false in your converter configuration."
)

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Parse = Callable[[bytes | msgspec.Raw], Any]


class SchemaCache(Generic[K, V]):
    """What was made of a bounded number of schemas; the oldest goes first."""

    def __init__(self, size: int) -> None:
        self._size = max(size, 1)
        self._items: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        """Return what was kept, else None."""
        return self._items.get(key)

    def put(self, key: K, item: V) -> None:
        """Keep `item`."""
        if len(self._items) >= self._size:
            self._items.pop(next(iter(self._items)))
        self._items[key] = item


@dataclass(frozen=True, slots=True)
class Compiled:
    """A schema and how its payloads are read; `head` is an envelope's text before the payload."""

    schema: Schema | None
    parse: Parse
    read: Read
    head: bytes


class EnvelopeReader:
    """Reads envelopes; keeps what it has compiled of their schemas."""

    def __init__(self, options: JsonOptions, cache_size: int) -> None:
        self._options = options
        self._schemas: SchemaCache[bytes, Compiled] = SchemaCache(cache_size)
        self._split = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
        self._last: Compiled | None = None

    def schema_of(self, node: Any) -> Schema | None:
        """Return the schema of a parsed JSON schema.

        Raises:
            DataError: it is no schema.
        """
        return from_json(node, lambda part, default: reader(part, self._options)(default))

    def runs(self, texts: Sequence[bytes | None], content: Schema | None) -> list[Run]:
        """Return the rows of the texts; with `content` they are payloads of that schema.

        Raises:
            DataError: a text is neither null nor an envelope.
        """
        fixed = None if content is None else self._compile(content, b"")
        runs = _Runs()
        for row, text in enumerate(texts):
            try:
                if text is None:
                    runs.add(None, None)
                elif fixed is not None:
                    payload = fixed.parse(text) if text and not text.isspace() else None
                    runs.add(fixed.schema, fixed.read(payload))
                else:
                    runs.add(*self._envelope(text))
            except DataError as error:
                raise at_row(row, error) from error.__cause__
            except (msgspec.DecodeError, ValueError) as error:
                raise at_row(row, unreadable(error)) from error
        return runs.closed()

    def _envelope(self, text: bytes) -> tuple[Schema | None, Any]:
        last = self._last
        if last is not None and text.startswith(last.head) and text.endswith(b"}"):
            try:
                payload = last.parse(text[len(last.head) : -1])
            except (msgspec.DecodeError, ValueError):
                # more than a payload follows: only the whole text tells what is wrong with it
                pass
            else:
                return last.schema, last.read(payload)
        return self._whole(text)

    def _whole(self, text: bytes) -> tuple[Schema | None, Any]:
        if not text.strip():
            raise DataError(NO_ENVELOPE)
        try:
            members = self._split(text)
        except msgspec.ValidationError as error:
            raise DataError(NO_ENVELOPE) from error
        if members.keys() != {"schema", "payload"}:
            raise DataError(NO_ENVELOPE)
        schema_text = bytes(members["schema"])
        compiled = self._schemas.get(schema_text)
        if compiled is None:
            schema = self.schema_of(msgspec.json.decode(schema_text))
            compiled = self._compile(schema, b'{"schema":%b,"payload":' % schema_text)
            self._schemas.put(schema_text, compiled)
        self._last = compiled
        return compiled.schema, compiled.read(compiled.parse(members["payload"]))

    def _compile(self, schema: Schema | None, head: bytes) -> Compiled:
        if schema is None:
            return Compiled(None, parser(), lambda payload: payload, head)
        parse = parser(decimals=needs_decimals(schema))
        return Compiled(schema, parse, reader(schema, self._options), head)


class _Runs:
    """Collects rows into runs of one schema, told apart by identity."""

    def __init__(self) -> None:
        self._runs: list[Run] = []
        self._schema: Schema | None = None
        self._rows: list[Any] = []

    def add(self, schema: Schema | None, value: Any) -> None:
        if schema is not self._schema and self._rows:
            self._close()
        self._schema = schema
        self._rows.append(value)

    def closed(self) -> list[Run]:
        if self._rows or not self._runs:
            self._close()
        return self._runs

    def _close(self) -> None:
        count = len(self._rows)
        nulls = self._schema is None and self._rows.count(None) == count
        column: Column = NullColumn(count) if nulls else RowsColumn(self._rows)
        self._runs.append((count, column, self._schema))
        self._rows = []


def parser(*, decimals: bool = False) -> Parse:
    """Return a parser of JSON texts, which gives floats as `Decimal` where asked to."""
    return msgspec.json.Decoder(float_hook=Decimal if decimals else None).decode


def unreadable(error: Exception) -> DataError:
    """Return the error of a text that is no JSON."""
    return DataError(
        f"Converting byte[] to Kafka Connect data failed due to serialization error: {error}"
    )

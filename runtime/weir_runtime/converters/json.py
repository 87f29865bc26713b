"""JsonConverter: JSON with or without the schema in an envelope.

Schemas are compiled once; an envelope whose schema text was seen before is not parsed but for
its payload. A column of JSON texts without schemas passes through.

Source: org.apache.kafka.connect.json.JsonConverter, JsonConverterConfig; KIP-1054
(`schema.content`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Literal

import msgspec

from weir_runtime.api.batch import Column
from weir_runtime.api.column import BytesColumn, JsonColumn, RowsColumn, at_row
from weir_runtime.api.config import Opt, parse
from weir_runtime.api.converter import ColumnHeaderConverter, ConverterConfig, Run
from weir_runtime.api.errors import ConfigError, DataError
from weir_runtime.api.schema import Schema, Type
from weir_runtime.codec import java_json
from weir_runtime.converters.envelope import EnvelopeReader, SchemaCache, unreadable
from weir_runtime.converters.json_schema import to_json
from weir_runtime.converters.json_write import JsonOptions, plain, writer

Encode = Callable[[Any], bytes]


class JsonConverterConfig(ConverterConfig):
    """Keys of JsonConverter."""

    schemas_enable: bool = Opt(
        True,
        doc="Include schemas within each of the serialized values and keys.",
        importance="high",
        group="Schemas",
        order=0,
        width="medium",
        display_name="Enable Schemas",
    )
    schemas_cache_size: int = Opt(
        1000,
        doc="The maximum number of schemas that can be cached in this converter instance.",
        importance="high",
        group="Schemas",
        order=1,
        width="medium",
        display_name="Schema Cache Size",
    )
    schema_content: str | None = Opt(
        None,
        doc="When set, this is used as the schema for all messages read, and the messages hold "
        "the payload only. Applies only when 'schemas.enable' is true, and only to sinks.",
        importance="high",
        group="Schemas",
        order=2,
        width="medium",
        display_name="Schema Content",
    )
    decimal_format: Literal["NUMERIC", "BASE64"] = Opt(
        "BASE64",
        doc="Controls which format this converter will serialize decimals in. This value is case "
        "insensitive and can be either 'BASE64' (default) or 'NUMERIC'",
        importance="low",
        group="Serialization",
        order=0,
        width="medium",
        display_name="Decimal Format",
        ignore_case=True,
    )
    replace_null_with_default: bool = Opt(
        True,
        doc="Whether to replace fields that have a default value and that are null to the "
        "default value. When set to true, the default value is used, otherwise null is used.",
        importance="low",
        group="Serialization",
        order=1,
        width="medium",
        display_name="Replace null with default",
    )


class JsonConverter(ColumnHeaderConverter):
    """Writes and reads JSON; `schemas.enable` decides on the envelope."""

    config_class = JsonConverterConfig
    version: ClassVar[str] = "4.3.1"

    def __init__(self) -> None:
        self.configure({}, is_key=False)

    def configure(self, config: Mapping[str, str], *, is_key: bool) -> None:
        """Take the sub-keys.

        Raises:
            ConfigError: a value is refused.
            DataError: `schema.content` is JSON and no schema.
        """
        used_as = "key" if is_key else "value"
        keys = parse(JsonConverterConfig, {"converter.type": used_as, **config})
        self._with_schemas = keys.schemas_enable
        self._options = JsonOptions(
            numeric_decimals=keys.decimal_format == "NUMERIC",
            replace_null=keys.replace_null_with_default,
        )
        self._encoders: SchemaCache[int, tuple[Schema, Encode]]
        self._encoders = SchemaCache(keys.schemas_cache_size)
        self._envelopes = EnvelopeReader(self._options, keys.schemas_cache_size)
        self._content: Schema | None = None
        if keys.schemas_enable and keys.schema_content:
            self._content = self._parse_content(keys.schema_content)

    def from_connect(self, topic: str, column: Column, schema: Schema | None) -> Column:
        """Return each row as JSON; a null row without a schema stays null.

        Raises:
            DataError: a row does not fit its schema or has no JSON form.
        """
        if schema is not None:
            return BytesColumn(_encode(column.rows_view(), self._encoder(schema)))
        if isinstance(column, JsonColumn):
            texts = column.json_view()
        else:
            texts = _encode(column.rows_view(), _schemaless)
        if not self._with_schemas:
            return BytesColumn(texts)
        return BytesColumn(
            [None if text is None else b'{"schema":null,"payload":%b}' % text for text in texts]
        )

    def to_connect(self, topic: str, column: Column) -> Sequence[Run]:
        """Return the values, as runs of rows with the same schema.

        Raises:
            DataError: a row is no JSON, no envelope where one is due, or does not fit its schema.
        """
        texts = column.bytes_view()
        if self._with_schemas:
            return self._envelopes.runs(texts, self._content)
        decode = msgspec.json.Decoder().decode
        rows: list[Any] = []
        for text in texts:
            try:
                rows.append(decode(text) if text and not text.isspace() else None)
            except (msgspec.DecodeError, ValueError) as error:
                raise at_row(len(rows), unreadable(error)) from error
        return [(len(rows), RowsColumn(rows), None)]

    def _parse_content(self, text: str) -> Schema | None:
        try:
            node = msgspec.json.decode(text)
        except (msgspec.DecodeError, ValueError) as error:
            raise ConfigError(
                f"Failed to parse schema in converter config due to serialization error: {error}"
            ) from error
        return self._envelopes.schema_of(node)

    def _encoder(self, schema: Schema) -> Encode:
        # by identity: comparing schemas row by row costs more than compiling one twice
        known = self._encoders.get(id(schema))
        if known is None:
            known = (schema, self._compile(schema))
            self._encoders.put(id(schema), known)
        return known[1]

    def _compile(self, schema: Schema) -> Encode:
        options = self._options
        write = writer(schema, options)
        dumps = java_json.string if schema.type is Type.STRING else java_json.dumps

        def payload(value: Any) -> bytes:
            written = write(value)
            return b"null" if written is None else dumps(written)

        if not self._with_schemas:
            return payload
        node = to_json(schema, lambda part: writer(part, options)(part.default))
        head = b'{"schema":%b,"payload":' % java_json.dumps(node)
        return lambda value: head + payload(value) + b"}"


def _encode(rows: Sequence[Any], encode: Encode) -> list[bytes | None]:
    texts: list[bytes | None] = []
    for row in rows:
        try:
            texts.append(encode(row))
        except DataError as error:
            raise at_row(len(texts), error) from error.__cause__
        except TypeError as error:
            problem = DataError(f"Couldn't convert {row!r} to JSON: {error}")
            raise at_row(len(texts), problem) from error
    return texts


def _schemaless(value: Any) -> Any:
    if value is None:
        return None
    try:
        return java_json.dumps(value)
    except TypeError:
        return java_json.dumps(plain(value))

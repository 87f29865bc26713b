"""StringConverter: any value as its text.

UTF-8 passes through: text and bytes are neither decoded nor looked at. Bytes of other values
than text are written as they are, where Java writes an object's address.

Source: org.apache.kafka.connect.storage.StringConverter.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from typing import ClassVar

from weir_runtime.api.batch import Column
from weir_runtime.api.column import BytesColumn, NullColumn, RowsColumn, TextColumn
from weir_runtime.api.config import Opt, parse
from weir_runtime.api.converter import ColumnHeaderConverter, ConverterConfig, Run
from weir_runtime.api.errors import ConfigError
from weir_runtime.api.schema import OPTIONAL_STRING, Schema
from weir_runtime.codec.java_text import text_of

UTF_8, UTF_16 = "utf-8", "utf-16"


class StringConverterConfig(ConverterConfig):
    """Keys of StringConverter."""

    converter_encoding: str = Opt(
        "UTF-8",
        doc="The name of the Java character set to use for encoding strings as byte arrays.",
        importance="high",
        width="medium",
        display_name="Encoding",
    )


class StringConverter(ColumnHeaderConverter):
    """Writes the text of any value and reads text."""

    config_class = StringConverterConfig
    version: ClassVar[str] = "4.3.1"

    def __init__(self) -> None:
        self._encoding = UTF_8

    def configure(self, config: Mapping[str, str], *, is_key: bool) -> None:
        """Take the sub-keys.

        Raises:
            ConfigError: the character set is unknown.
        """
        used_as = "key" if is_key else "value"
        name = parse(StringConverterConfig, {"converter.type": used_as, **config})
        try:
            # also refuses codecs that make no bytes of text
            self._encoding = codecs.lookup(name.converter_encoding).name
            "".encode(self._encoding)
        except LookupError as error:
            raise ConfigError(f"Unsupported encoding {name.converter_encoding}") from error

    def from_connect(self, topic: str, column: Column, schema: Schema | None) -> Column:
        """Return the rows' texts; a column of text or bytes is returned as it is for UTF-8."""
        if isinstance(column, NullColumn | BytesColumn):
            return column
        if isinstance(column, TextColumn) and self._encoding == UTF_8:
            return column
        return BytesColumn([self._encoded(row, schema) for row in column.rows_view()])

    def to_connect(self, topic: str, column: Column) -> Sequence[Run]:
        """Return the rows as optional text; for UTF-8 only a look at the rows decodes them."""
        rows = column.bytes_view()
        if self._encoding == UTF_8:
            return [(len(rows), TextColumn(rows), OPTIONAL_STRING)]
        texts = [None if row is None else self._decoded(row) for row in rows]
        return [(len(rows), RowsColumn(texts), OPTIONAL_STRING)]

    def _encoded(self, row: object, schema: Schema | None) -> bytes | None:
        if row is None or isinstance(row, bytes):
            return row
        text = text_of(row, schema)
        # Java's UTF-16 is big-endian with a mark; Python's is the machine's
        if self._encoding == UTF_16:
            return codecs.BOM_UTF16_BE + text.encode("utf-16-be", "replace")
        return text.encode(self._encoding, "replace")

    def _decoded(self, row: bytes) -> str:
        marked = row.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE))
        if self._encoding == UTF_16 and not marked:
            return row.decode("utf-16-be", "replace")
        return row.decode(self._encoding, "replace")

"""Base classes of converters: batches in, batches out.

Source: org.apache.kafka.connect.storage.Converter and HeaderConverter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from weir_runtime.api.batch import Column
from weir_runtime.api.column import BytesColumn, RowsColumn
from weir_runtime.api.config import Config, Opt
from weir_runtime.api.schema import Schema

Run = tuple[int, Column, Schema | None]
"""A number of rows, their column, and the one schema they share."""


class ConverterConfig(Config):
    """The sub-key that every converter of Apache's declares; `configure` is told the same."""

    converter_type: Literal["key", "value", "header"] = Opt(
        doc="How this converter will be used.", importance="low"
    )


class Converter:
    """Turns rows into Kafka's bytes and back, a column at a time.

    `config_class` declares the sub-keys (`value.converter.<key>`, prefix taken off).
    """

    config_class: ClassVar[type[Config]] = Config
    version: ClassVar[str]

    def configure(self, config: Mapping[str, str], *, is_key: bool) -> None:
        """Take the sub-keys.

        Raises:
            ConfigError: a value is refused.
        """

    def from_connect(self, topic: str, column: Column, schema: Schema | None) -> Column:
        """Return a column whose `bytes_view` is what goes to Kafka.

        A column that is in the wanted form already is returned as it is.

        Raises:
            DataError: a row does not fit; the error's `row` tells which.
        """
        raise NotImplementedError

    def to_connect(self, topic: str, column: Column) -> Sequence[Run]:
        """Return the rows read from Kafka's bytes, as runs of one schema each, in order.

        Raises:
            DataError: a row cannot be read; the error's `row` tells which.
        """
        raise NotImplementedError


class HeaderConverter:
    """Turns one header value into bytes and back; headers are few, so they go one by one."""

    config_class: ClassVar[type[Config]] = Config
    version: ClassVar[str]

    def configure(self, config: Mapping[str, str], *, is_key: bool) -> None:
        """Take the sub-keys."""

    def from_connect_header(
        self, topic: str, name: str, schema: Schema | None, value: Any
    ) -> bytes | None:
        """Return the bytes of a header."""
        raise NotImplementedError

    def to_connect_header(
        self, topic: str, name: str, value: bytes | None
    ) -> tuple[Schema | None, Any]:
        """Return schema and value of a header."""
        raise NotImplementedError


class ColumnHeaderConverter(Converter, HeaderConverter):
    """A converter that serves headers too: a header is a column of one row."""

    def from_connect_header(
        self, topic: str, name: str, schema: Schema | None, value: Any
    ) -> bytes | None:
        """Return the bytes of a header as `from_connect` makes them."""
        return self.from_connect(topic, RowsColumn([value]), schema).bytes_view()[0]

    def to_connect_header(
        self, topic: str, name: str, value: bytes | None
    ) -> tuple[Schema | None, Any]:
        """Return schema and value of a header as `to_connect` reads them."""
        ((_, column, schema),) = self.to_connect(topic, BytesColumn([value]))
        return schema, column.rows_view()[0]

"""SimpleHeaderConverter: headers as text that people can read, types guessed when reading.

Reading differs from Java where Java loses data: text after a complete value makes the whole a
string (`14:34:54`, `1,2`, `[1]x`), a number is FLOAT32 only if that names it exactly, `null` is
null, and nulls may stand in arrays.

Source: org.apache.kafka.connect.storage.SimpleHeaderConverter; connect.data.Values.
"""

from __future__ import annotations

from typing import Any, ClassVar

from weir_runtime.api.config import Config
from weir_runtime.api.converter import HeaderConverter
from weir_runtime.api.schema import STRING, Schema
from weir_runtime.converters.literal import parse_literal, write_literal


class SimpleHeaderConverter(HeaderConverter):
    """Writes the literal of a value and reads the value of a literal."""

    config_class = Config
    version: ClassVar[str] = "4.3.1"

    def from_connect_header(
        self, topic: str, name: str, schema: Schema | None, value: Any
    ) -> bytes | None:
        """Return the literal: text as it is, bytes as base64, containers like JSON."""
        if value is None:
            return None
        return write_literal(value, schema).encode("utf-8", "replace")

    def to_connect_header(
        self, topic: str, name: str, value: bytes | None
    ) -> tuple[Schema | None, Any]:
        """Return the guessed schema and value; what is no literal is a string."""
        if value is None:
            return None, None
        text = value.decode("utf-8", "replace")
        return parse_literal(text) or (STRING, text)

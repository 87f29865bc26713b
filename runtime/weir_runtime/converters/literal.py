"""Literals of Connect values: numbers, booleans, dates, and arrays and maps of them.

Source: org.apache.kafka.connect.data.Values (convertToString and parseString).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from weir_runtime.api.errors import DataError
from weir_runtime.api.schema import DATE, DECIMAL, STRING, TIME, TIMESTAMP, Schema, Type
from weir_runtime.codec.java_text import text_of
from weir_runtime.codec.number import float_text, single
from weir_runtime.converters.literal_schema import common

Literal = tuple[Schema | None, Any]

_BLANKS = re.compile(r"\s*")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?")
_WORD = re.compile(r"[\w.:+-]+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED = re.compile(r'\\(["\\])')
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_TIME = re.compile(r"\d{2}:\d{2}:\d{2}\.\d{3}Z\Z")
_TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z\Z")
_WORDS: Mapping[str, Literal] = {
    "true": (Schema(Type.BOOLEAN), True),
    "false": (Schema(Type.BOOLEAN), False),
    "null": (None, None),
}
_INTEGERS = ((Type.INT8, 7), (Type.INT16, 15), (Type.INT32, 31), (Type.INT64, 63))
MOST_DEPTH = 100
LARGEST_FLOAT = 3.5e38


def write_literal(value: Any, schema: Schema | None = None) -> str:
    """Return a value's literal; text by itself is written as it is."""
    if isinstance(value, Mapping | list | tuple):
        return _inside(value, schema)
    return text_of(value, schema)


def parse_literal(text: str) -> Literal | None:
    """Return schema and value of a literal, None for a text that is not one as a whole.

    Text in quotes by itself is no literal; inside arrays and maps it is.
    """
    stripped = text.strip()
    if not stripped or stripped[0] == '"':
        return None
    scanner = _Scanner(stripped)
    try:
        literal = scanner.value(0)
    except DataError:
        return None
    return literal if scanner.at == len(stripped) else None


def _inside(value: Any, schema: Schema | None) -> str:
    if isinstance(value, Mapping):
        return f"{{{','.join(_members(value, schema))}}}"
    if isinstance(value, list | tuple):
        items = None if schema is None else schema.value_schema
        return f"[{','.join(_inside(item, items) for item in value)}]"
    if isinstance(value, str):
        return _quote(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return f'"{text_of(value)}"'
    return text_of(value, schema)


def _members(value: Mapping[Any, Any], schema: Schema | None) -> list[str]:
    if schema is not None and schema.type is Type.STRUCT:
        return [
            f"{_quote(field.name)}:{_inside(value.get(field.name), field.schema)}"
            for field in schema.fields
        ]
    keys = None if schema is None else schema.key_schema
    values = None if schema is None else schema.value_schema
    return [f"{_inside(key, keys)}:{_inside(item, values)}" for key, item in value.items()]


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class _Scanner:
    """Reads one literal; every method raises DataError where the text is none."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.at = 0

    def value(self, depth: int) -> Literal:
        self._skip()
        if depth > MOST_DEPTH:
            raise DataError("nested too deeply")
        if self._take("["):
            return self._array(depth + 1)
        if self._take("{"):
            return self._map(depth + 1)
        quoted = _QUOTED.match(self._text, self.at)
        if quoted:
            self.at = quoted.end()
            text = _ESCAPED.sub(r"\1", quoted[1])
            return _temporal(text) or (STRING, text)
        word = _WORD.match(self._text, self.at)
        if not word:
            raise DataError("no value")
        token, end = _cut(word[0])
        self.at += end
        return token

    def _array(self, depth: int) -> Literal:
        items: list[Literal] = []
        while not self._take("]"):
            if items:
                self._expect(",")
            items.append(self.value(depth))
        schema = common([item[0] for item in items])
        return Schema(Type.ARRAY, value_schema=schema), _as(schema, [item[1] for item in items])

    def _map(self, depth: int) -> Literal:
        keys: list[Literal] = []
        values: list[Literal] = []
        while not self._take("}"):
            if keys:
                self._expect(",")
                # a comma may stand after the last member
                if self._take("}"):
                    break
            keys.append(self.value(depth))
            self._expect(":")
            values.append(self.value(depth))
        key_schema = common([key[0] for key in keys])
        value_schema = common([value[0] for value in values])
        schema = Schema(Type.MAP, key_schema=key_schema, value_schema=value_schema)
        names = _as(key_schema, [key[1] for key in keys])
        items = _as(value_schema, [value[1] for value in values])
        try:
            return schema, dict(zip(names, items, strict=True))
        except TypeError as error:
            raise DataError("an array or map cannot be a key") from error

    def _skip(self) -> None:
        blanks = _BLANKS.match(self._text, self.at)
        self.at = blanks.end() if blanks else self.at

    def _take(self, char: str) -> bool:
        self._skip()
        found = self._text.startswith(char, self.at)
        self.at += found
        return found

    def _expect(self, char: str) -> None:
        if not self._take(char):
            raise DataError(f"no {char}")


def _as(schema: Schema | None, values: list[Any]) -> list[Any]:
    """Return the values as their common schema has them: whole numbers among floats are floats."""
    if schema is None or schema.type not in {Type.FLOAT32, Type.FLOAT64}:
        return values
    return [None if value is None else float(value) for value in values]


def _cut(word: str) -> tuple[Literal, int]:
    """Return the value that a run of characters begins with, and its length.

    A colon may belong to a time or end a map's key, so that the whole run is tried first.
    """
    for end in (len(word), word.find(":")):
        token = word[:end] if end > 0 else ""
        literal = _WORDS.get(token) or _temporal(token) or _number(token)
        if literal is not None:
            return literal, end
    raise DataError("a bare word")


def _temporal(text: str) -> Literal | None:
    try:
        if _DATE.match(text):
            return Schema(Type.INT32, name=DATE, version=1), datetime.date.fromisoformat(text)
        if _TIME.match(text):
            time = datetime.time.fromisoformat(text[:-1])
            return Schema(Type.INT32, name=TIME, version=1), time
        if _TIMESTAMP.match(text):
            timestamp = datetime.datetime.fromisoformat(text)
            return Schema(Type.INT64, name=TIMESTAMP, version=1), timestamp
    except ValueError:
        # the form of a date and no date, such as the 30th of February
        return None
    return None


def _number(text: str) -> Literal | None:
    if not _NUMBER.fullmatch(text):
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if number.adjusted() < 19 and number == number.to_integral_value():
        whole = int(number)
        for kind, bits in _INTEGERS:
            if -(1 << bits) <= whole < 1 << bits:
                return Schema(kind), whole
    return _float(number) or _decimal(number)


def _float(number: Decimal) -> Literal | None:
    approximate = float(number)
    # digits without a point are never rounded, and neither is what a double cannot name
    if number.as_tuple().exponent == 0 or abs(approximate) == float("inf"):
        return None
    if approximate == 0 and number != 0:
        return None
    if abs(approximate) < LARGEST_FLOAT and Decimal(_narrow_text(approximate)) == number:
        return Schema(Type.FLOAT32), single(approximate)
    return Schema(Type.FLOAT64), approximate


def _narrow_text(number: float) -> str:
    try:
        return float_text(number)
    except OverflowError:
        return "NaN"


def _decimal(number: Decimal) -> Literal:
    scale = -int(number.as_tuple().exponent)
    return Schema(Type.BYTES, name=DECIMAL, version=1, parameters={"scale": str(scale)}), number

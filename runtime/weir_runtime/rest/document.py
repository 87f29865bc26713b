"""JSON of requests: bounded, and exact about where it is wrong.

Numbers keep the text they were written with, since Connect stores it: `1.50` becomes the string
`1.50`.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn

from weir_runtime.api.errors import BadRequestError

_STRUCTURE = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{\]}]', re.DOTALL)
_OPENING: Final = b"[{"
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_WORD = re.compile(r"[A-Za-z_]+")
_WORDS: Final = {
    "None": "null",
    "undefined": "null",
    "NULL": "null",
    "Null": "null",
    "True": "true",
    "TRUE": "true",
    "False": "false",
    "FALSE": "false",
}
LONG_DIGITS: Final = 19
NUMBER_LIMIT: Final = 1000
"""Characters of a number; Java's parser has the same limit."""

PART_LIMIT: Final = 50_000
"""Values in one document: what takes much longer to read than its size tells."""


class Number(str):
    """A JSON number in the spelling of its document."""

    __slots__ = ()

    def value(self, place: str) -> int | float:
        """Return it as a number.

        Raises:
            BadRequestError: it does not fit 64 bits.
        """
        if re.fullmatch(r"-?\d+", self):
            if len(self) <= LONG_DIGITS + 1 and -(1 << 63) <= int(self) < 1 << 63:
                return int(self)
            raise BadRequestError(f"{place}: the number does not fit 64 bits")
        number = float(self)
        if number in (float("inf"), float("-inf")):
            raise BadRequestError(f"{place}: the number does not fit 64 bits")
        return number


def parse(body: bytes, *, depth_limit: int) -> Any:
    """Read a document; None for an empty body.

    Raises:
        BadRequestError: with what is wrong, its line and column where they help, and a hint.
    """
    if not body.strip():
        return None
    _check_structure(body, depth_limit)
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        line, column = _position(body, error.start)
        raise BadRequestError(
            f"The body is not UTF-8: byte 0x{body[error.start]:02x} at line {line}, column {column}"
        ) from error
    try:
        value = json.loads(
            text.removeprefix("\ufeff"),
            parse_int=_number,
            parse_float=_number,
            parse_constant=_refuse_constant,
            object_pairs_hook=_unique,
        )
    except json.JSONDecodeError as error:
        raise BadRequestError(
            f"Malformed JSON at line {error.lineno}, column {error.colno}: {_hint(error)}"
        ) from error
    _check_surrogates(body, value)
    return value


def plain(value: Any, place: str) -> Any:
    """Return a parsed document with its numbers as numbers."""
    if isinstance(value, Number):
        return value.value(place)
    if isinstance(value, list):
        return [plain(item, f"{place}[{n}]") for n, item in enumerate(value)]
    if isinstance(value, dict):
        return {key: plain(item, f"{place}.{key}") for key, item in value.items()}
    return value


def kind(value: Any) -> str:
    """Return what a parsed value is, for messages."""
    if value is None:
        return "null"
    if isinstance(value, Number):
        return "a number"
    names = {bool: "a boolean", str: "a string", list: "a list", dict: "an object"}
    return names[type(value)]


def _number(text: str) -> Number:
    if len(text) > NUMBER_LIMIT:
        raise BadRequestError(
            f"A number has {len(text)} characters, and {NUMBER_LIMIT} are allowed; is it a text?"
            " Then quote it"
        )
    return Number(text)


def _check_structure(body: bytes, depth_limit: int) -> None:
    opened = body.count(b"[") + body.count(b"{")
    if opened <= depth_limit and opened + body.count(b",") <= PART_LIMIT:
        return
    bare = _outside_of_strings(body)
    depth = 0
    # no more than that are looked at one by one; what has more is refused anyway
    for mark in bare.translate(None, _NO_BRACKETS)[: 2 * PART_LIMIT]:
        depth += 1 if mark in _OPENING else -1
        if depth > depth_limit:
            line, column = _position(body, _first_beyond(body, depth_limit))
            raise BadRequestError(
                f"The JSON is nested deeper than {depth_limit} levels at line {line},"
                f" column {column}"
            )
    if sum(map(bare.count, (b"[", b"{", b","))) > PART_LIMIT:
        raise BadRequestError(f"The JSON holds more than {PART_LIMIT} values; send fewer")


def _outside_of_strings(body: bytes) -> bytes:
    """Return what stands outside of strings, in a few passes that run at the speed of memory."""
    plain = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    return b"".join(plain.split(b'"')[::2])


def _first_beyond(body: bytes, depth_limit: int) -> int:
    depth = 0
    for match in _STRUCTURE.finditer(body):
        mark = match[0][:1]
        depth += (mark in b"[{") - (mark in b"]}")
        if depth > depth_limit:
            return match.start()
    return len(body)


def _position(body: bytes, offset: int) -> tuple[int, int]:
    before = body[:offset]
    return before.count(b"\n") + 1, offset - before.rfind(b"\n")


def _refuse_constant(word: str) -> NoReturn:
    raise BadRequestError(f"Malformed JSON: {word} is no JSON number; quote it, or leave it out")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise BadRequestError(
            f"The key {twice!r} occurs twice in one JSON object; keep one of them"
        )
    return found


def _check_surrogates(body: bytes, value: Any) -> None:
    if b"\\u" not in body:
        return
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise BadRequestError(
            "The JSON holds half of a surrogate pair (\\ud800 to \\udfff on its own);"
            " write the character itself"
        ) from error


def _hint(error: json.JSONDecodeError) -> str:
    rest = error.doc[error.pos :]
    if error.msg == "Extra data":
        return "something follows the end of the document; send one JSON document"
    if error.msg.startswith("Invalid control character"):
        return "a line break or control character inside a string; write it as \\n or \\u...."
    if error.msg.startswith("Unterminated string"):
        return "a string is not closed; is a quote missing?"
    if "escape" in error.msg:
        return f"{error.msg}; a backslash is written as \\\\"
    if not rest:
        return "the document ends too early; was it cut off?"
    return _hint_at(error.msg, rest)


_EXPECTED: Final = {
    "Expecting ',' delimiter": "a comma is missing here, or a quote before it",
    "Expecting ':' delimiter": "a colon is missing between key and value",
    "Expecting value": "a value is expected; text stands in double quotes",
}


def _hint_at(message: str, rest: str) -> str:
    if rest[0] == "'":
        return "strings and keys stand in double quotes, not in single ones"
    if rest[0] in "}]" and message != "Expecting ',' delimiter":
        return f"a comma stands before {rest[0]!r}; take it away, or add what is missing"
    word = _WORD.match(rest)
    if word and word[0] in _WORDS:
        return f"{word[0]} is no JSON; write {_WORDS[word[0]]}"
    return _EXPECTED.get(message, "a key in double quotes is expected")

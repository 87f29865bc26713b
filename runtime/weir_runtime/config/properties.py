"""Java's `.properties` files.

Files are read as UTF-8, and as ISO 8859-1 (Java's own choice) where they are not valid UTF-8.
Everything else is as `java.util.Properties.load` does it, except that what Java lets pass
silently (a line without a key, half of a surrogate pair) is an error with its line.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from weir_runtime.api.errors import ConfigError

log = logging.getLogger(__name__)

_BLANK = " \t\f"
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
_HEX = re.compile(r"[0-9a-fA-F]{4}")
_LINE_END = re.compile(r"\r\n|\n|\r")


def _log_repeated(line: int, key: str) -> None:
    log.warning("line %d sets %s again; the earlier value is dropped", line, key)


def read(path: Path, repeated: Callable[[int, str], None] = _log_repeated) -> dict[str, str]:
    """Return the properties of a file; of a repeated key the last value counts.

    `repeated` hears the line and the key of each that comes again with another value.

    Raises:
        ConfigError: the file cannot be read, or a line is malformed.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    try:
        return load(text, repeated)
    except ConfigError as error:
        raise ConfigError(f"{path}, {error}") from error


def load(text: str, repeated: Callable[[int, str], None] = _log_repeated) -> dict[str, str]:
    """Return the properties of a text, as `read` does.

    Raises:
        ConfigError: a line is malformed; the message begins with its number.
    """
    found: dict[str, str] = {}
    for number, line in _logical_lines(text):
        key, value = _entry(number, line)
        if found.get(key, value) != value:
            repeated(number, key)
        found[key] = value
    return found


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield each entry with the number of its first line, continuation lines joined."""
    start, joined = 0, None
    for number, natural in enumerate(_LINE_END.split(text), 1):
        line = natural.lstrip(_BLANK)
        if joined is None:
            if not line or line[0] in "#!":
                continue
            start, joined = number, ""
        body = line.rstrip("\\")
        slashes = len(line) - len(body)
        if slashes % 2:
            joined += line[:-1]
            continue
        yield start, joined + line
        joined = None
    if joined:
        yield start, joined


def _entry(number: int, line: str) -> tuple[str, str]:
    end = _key_end(line)
    rest = line[end:].lstrip(_BLANK)
    if rest[:1] in {"=", ":"}:
        rest = rest[1:].lstrip(_BLANK)
    key = _unescape(number, line[:end])
    if not key:
        raise ConfigError(f"line {number}: there is no key before {line[:1]!r}; write key=value")
    return key, _unescape(number, rest)


def _key_end(line: str) -> int:
    """Return where the key ends: the first separator without a backslash before it."""
    position = 0
    while position < len(line):
        if line[position] == "\\":
            position += 2
            continue
        if line[position] in "=: \t\f":
            break
        position += 1
    return min(position, len(line))


def _unescape(number: int, text: str) -> str:
    if "\\" not in text:
        return text
    parts: list[str] = []
    position = 0
    while position < len(text):
        char = text[position]
        if char != "\\":
            parts.append(char)
            position += 1
            continue
        following = text[position + 1 : position + 2]
        if following != "u":
            parts.append(_ESCAPES.get(following, following))
            position += 2
            continue
        digits = _HEX.match(text, position + 2)
        if digits is None:
            shown = text[position : position + 6]
            raise ConfigError(f"line {number}: {shown} is no \\uxxxx with four hex digits")
        parts.append(chr(int(digits[0], 16)))
        position += 6
    return _whole(number, "".join(parts))


def _whole(number: int, text: str) -> str:
    """Join surrogate pairs, which Java's strings are made of."""
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError as error:
        message = (
            f"line {number}: a \\uxxxx escape is half of a character; its other half is missing"
        )
        raise ConfigError(message) from error

r"""Rules for headers of every answer: the grammar of `response.http.headers.config`.

Rules stand between commas; one that holds a comma itself stands in double quotes as a whole, with
`\"` for a quote inside.

Source: org.apache.kafka.connect.runtime.WorkerConfig (validateHttpResponseHeaderConfig), Jetty's
`StringUtil.csvSplit`; texts as 4.3.1 gives them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from weir_runtime.api.errors import ConfigError

ACTIONS: Final = ("set", "add", "setDate", "addDate")
FRAMING: Final = frozenset(
    {"connection", "content-length", "content-type", "transfer-encoding", "upgrade"}
)
"""Headers that tell where an answer ends and what it is; the server alone writes them."""

_BLANK: Final = "".join(map(chr, range(0x21)))
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_DATE = re.compile(r"-?\d{1,15}")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)(?:"[^,]*|\\?$)', re.DOTALL)
_BARE = re.compile(r"[^,]*")


@dataclass(frozen=True, slots=True)
class Rule:
    """One header of every answer.

    Attributes:
        value: text, or for a date the milliseconds from the answer to it.
        adds: whether a header of the same name stays beside it.
    """

    name: str
    value: str | int
    adds: bool = False


def parse(text: str) -> tuple[Rule, ...]:
    """Return the rules of a worker's key, none for a blank text.

    Raises:
        ConfigError: with Java's text, or with ours for what would break the answers.
    """
    if not text.strip():
        return ()
    return tuple(_rule(item) for item in _items(text))


def check(_: str, value: Any) -> str | None:
    """Return what is wrong with the key's value, or None."""
    try:
        parse(value or "")
    except ConfigError as error:
        return str(error)
    return None


def _items(text: str) -> Iterator[str]:
    rest = text.strip()
    while rest:
        quoted = _QUOTED.match(rest)
        found = quoted or _BARE.match(rest)
        assert found is not None  # noqa: S101 - the second one always matches
        yield re.sub(r"\\(.)", r"\1", quoted[1], flags=re.DOTALL) if quoted else found[0].strip()
        rest = rest[found.end() + 1 :].lstrip()


def _rule(item: str) -> Rule:
    words = re.split(r"\s+", item.strip(_BLANK), maxsplit=1)
    if len(words) != 2:
        raise ConfigError(
            f"Invalid format of header config '{item}'. "
            "Expected: '[action] [header name]:[header value]'"
        )
    action = next((one for one in ACTIONS if one.lower() == words[0].lower()), None)
    if action is None:
        raise ConfigError(
            f"Invalid header config action: '{words[0]}'. Expected one of [{', '.join(ACTIONS)}]"
        )
    name, value = _pair(words[1])
    return Rule(name, _value(action, name, value), adds=action.startswith("add"))


def _pair(header: str) -> tuple[str, str]:
    # as Java splits: what is empty at the end does not count
    parts = header.strip(_BLANK).rstrip(":").split(":")
    if len(parts) != 2:
        raise ConfigError(
            f"Invalid format of header name and header value pair '{header}'. "
            "Expected: '[header name]:[header value]'"
        )
    name = parts[0].strip(_BLANK)
    if not name or re.search(r"\s", name):
        raise ConfigError(
            f"Invalid header name '{name}'. The '[header name]' cannot contain whitespace"
        )
    if not _TOKEN.fullmatch(name):
        raise ConfigError(
            f"Invalid header name {name!r}. It may hold letters, digits and !#$%&'*+-.^_`|~"
        )
    if name.lower() in FRAMING:
        raise ConfigError(
            f"Invalid header name '{name}'. The server writes this header itself; leave it out"
        )
    return name, header.strip(_BLANK).split(":", 1)[1].strip(_BLANK)


def _value(action: str, name: str, value: str) -> str | int:
    if _CONTROL.search(value):
        raise ConfigError(
            f"Invalid value of header '{name}'. It holds a line break or control character"
        )
    if not action.endswith("Date"):
        return value
    if not _DATE.fullmatch(value):
        raise ConfigError(
            f"Invalid value of header '{name}'. {action} takes the milliseconds from now to the "
            f"date, such as 3600000, not '{value}'"
        )
    return int(value)

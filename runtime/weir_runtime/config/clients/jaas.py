"""Reads the one login module of `sasl.jaas.config`.

Source: org.apache.kafka.common.security.JaasConfig.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from weir_runtime.api.errors import ConfigError
from weir_runtime.observe.secret import Secret

PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule"
SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"

_EXAMPLE = f'{PLAIN} required username="..." password="...";'
_FLAGS = frozenset({"required", "requisite", "sufficient", "optional"})
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_TOKEN = re.compile(
    r"""\s*(?:
        "(?P<double>(?:\\.|[^"\\])*)"
      | '(?P<single>(?:\\.|[^'\\])*)'
      | (?P<sign>[=;])
      | (?P<word>[^\s=;"']+)
    )""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Login:
    """A login module and what it was given."""

    module: str
    username: str
    password: Secret


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), text, flags=re.DOTALL)


def _tokens(text: str) -> list[str]:
    tokens, position, end = [], 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise ConfigError(f"sasl.jaas.config cannot be read; it should look like {_EXAMPLE}")
        quoted = match["double"] if match["double"] is not None else match["single"]
        tokens.append(_unescape(quoted) if quoted is not None else match["sign"] or match["word"])
        position = match.end()
    return tokens


def _options(tokens: list[str]) -> dict[str, str]:
    if len(tokens) % 3 or any(sign != "=" for sign in tokens[1::3]):
        raise ConfigError(f"sasl.jaas.config cannot be read; it should look like {_EXAMPLE}")
    return dict(zip(tokens[::3], tokens[2::3], strict=True))


def parse(text: str) -> Login:
    """Return module, user and password of a line such as Java's clients take.

    Raises:
        ConfigError: the line cannot be read, has several modules, or names a module other than
            Kafka's for PLAIN and SCRAM. No part of the line is repeated in the message but the
            module's name.
    """
    tokens = _tokens(text)
    if len(tokens) < 3 or tokens[-1] != ";" or tokens[1].lower() not in _FLAGS:
        raise ConfigError(f"sasl.jaas.config cannot be read; it should look like {_EXAMPLE}")
    module = tokens[0]
    if module not in (PLAIN, SCRAM):
        raise ConfigError(
            f"sasl.jaas.config names the login module {module[:120]}, which is not supported: "
            f"use {PLAIN} or {SCRAM}"
        )
    options = _options(tokens[2:-1])
    missing = [name for name in ("username", "password") if name not in options]
    if missing:
        raise ConfigError(f"sasl.jaas.config lacks {' and '.join(missing)}")
    return Login(module, options["username"], Secret(options["password"]))

"""YAML's plain words as `kubectl` reads them, so that a file means the same with and without it.

`yes` is true, `010` is 8, `1e3` and `1000.0` are 1000; a date stays the text that was written.

Source: YAML 1.1 as read by sigs.k8s.io/yaml, whose numbers then pass through JSON.
"""

from __future__ import annotations

import math
import re

import yaml
from yaml.nodes import ScalarNode

_PREFIX = "tag:yaml.org,2002:"
_TRUE = frozenset({"y", "yes", "true", "on"})
_BASES = {"0x": 16, "0b": 2, "0o": 8}
_FLOAT = r"[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9_]+)?"
_WHOLE = r"[-+]?0_*(?:[bB][01_]+|[xX][0-9a-fA-F_]+|[oO][0-7_]+)"
_BOOLEANS = "y|Y|n|N|" + "|".join(
    f"{word}|{word.title()}|{word.upper()}" for word in ("yes", "no", "true", "false", "on", "off")
)
_RESOLVERS = (
    ("bool", _BOOLEANS, "yYnNtTfFoO"),
    ("null", "~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("merge", "<<", "<"),
    ("float", rf"{_FLOAT}|{_WHOLE}", "-+.0123456789"),
    ("float", r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", "-+."),
)


class Loader(yaml.SafeLoader):
    """PyYAML's safe loader with Kubernetes' reading of plain words."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


def number(text: str) -> int | float:
    """Read a number; a whole one is an int however it is written.

    Raises:
        ValueError: The text is no number.
    """
    plain = text.replace("_", "").lower()
    digits = plain.lstrip("+-")
    base = _BASES.get(digits[:2])
    if base is None and len(digits) > 1 and digits[0] == "0" and set(digits) <= set("01234567"):
        base = 8
    if base is not None:
        return int(plain, base)
    if digits.isdecimal():
        return int(plain)
    if digits in (".inf", ".nan"):
        return float(plain.replace(".", ""))
    value = float(plain)
    return int(value) if math.isfinite(value) and value.is_integer() else value


def _bool(_: Loader, node: ScalarNode) -> bool:
    return str(node.value).lower() in _TRUE


def _number(_: Loader, node: ScalarNode) -> int | float | str:
    try:
        return number(str(node.value))
    except ValueError:
        return str(node.value)


def _text(_: Loader, node: ScalarNode) -> str:
    return str(node.value)


for _tag, _pattern, _first in _RESOLVERS:
    Loader.add_implicit_resolver(_PREFIX + _tag, re.compile(rf"^(?:{_pattern})$"), list(_first))
Loader.add_constructor(f"{_PREFIX}bool", _bool)
Loader.add_constructor(f"{_PREFIX}int", _number)
Loader.add_constructor(f"{_PREFIX}float", _number)
Loader.add_constructor(f"{_PREFIX}timestamp", _text)

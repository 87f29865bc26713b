"""Connectors as files have them for Connect's REST API: JSON, YAML or Java's properties."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from weir_operator.observe.errors import OperatorError
from weir_operator.plan.text import connect_string

STDIN = "-"
_ENTRY = re.compile(r"((?:\\.|[^\\:=\s])+)\s*[:=\s]?\s*(.*)", re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_CONTROL = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A connector as somebody wants it; `state` only where the file names one."""

    name: str
    config: Mapping[str, str]
    state: str | None = None


def read(path: str) -> list[Wanted]:
    """Read one file, or the standard input for `-`.

    Raises:
        OperatorError: It cannot be read, or holds no connectors.
    """
    try:
        if Path(path).suffix == ".properties":
            return [_one(properties(text_of(path)))]
        return parse(text_of(path))
    except ValueError as problem:
        raise OperatorError(f"{_place(path)}: {problem}") from problem


def text_of(path: str) -> str:
    """Read a file, or the standard input for `-`.

    Raises:
        OperatorError: It cannot be read.
    """
    try:
        if path == STDIN:
            return sys.stdin.read() if sys.stdin is not None else ""
        return Path(path).read_text()
    except OSError as problem:
        reason = (problem.strerror or str(problem)).lower()
        raise OperatorError(f"{_place(path)} cannot be read: {reason}") from problem
    except UnicodeDecodeError as problem:
        raise OperatorError(f"{_place(path)}: this is no UTF-8 text") from problem


def _place(path: str) -> str:
    return "<stdin>" if path == STDIN else path


def read_patch(path: str) -> dict[str, str | None]:
    """Read some keys of a config; null stands for one that is to go.

    Raises:
        OperatorError: It cannot be read, or is no map of keys.
    """
    try:
        bodies = bodies_of(text_of(path))
        if len(bodies) != 1 or not isinstance(bodies[0], dict):
            raise OperatorError(f"{_place(path)}: a patch is one map of keys and values")
        return {
            str(key): None if value is None else _text(key, value)
            for key, value in bodies[0].items()
        }
    except ValueError as problem:
        raise OperatorError(f"{_place(path)}: {problem}") from problem


def bodies_of(text: str) -> list[Any]:
    """Read JSON, or each document of YAML.

    Raises:
        ValueError: It is neither.
    """
    import yaml  # noqa: PLC0415 - not every command reads it

    try:
        return [json.loads(text)]
    except ValueError as not_json:
        try:
            return [body for body in yaml.safe_load_all(text) if body is not None]
        except yaml.YAMLError as problem:
            looks_json = text.lstrip().startswith(("{", "["))
            told = str(not_json) if looks_json else " ".join(str(problem).split())
            msg = f"this is no {'JSON' if looks_json else 'YAML'}: {told}"
            raise ValueError(msg) from problem


def parse(text: str) -> list[Wanted]:
    """Read JSON or YAML: one connector, a list of them, or several documents.

    Raises:
        ValueError: It is neither, or something else.
    """
    bodies = bodies_of(text)
    entries = [one for body in bodies for one in (body if isinstance(body, list) else [body])]
    if not entries:
        msg = "there is no connector"
        raise ValueError(msg)
    return [_one(entry) for entry in entries]


def _one(body: Any) -> Wanted:
    if not isinstance(body, dict):
        msg = 'a connector is {"name": ..., "config": {...}}, or its config with a name'
        raise ValueError(msg)  # noqa: TRY004 - one kind of error for every wrong file
    if "apiVersion" in body:
        msg = "this is a KafkaConnector; use weirctl apply -f for it"
        raise ValueError(msg)
    given = body.get("config")
    config = given if isinstance(given, dict) else body
    name = body.get("name", config.get("name", ""))
    texts = {str(key): _text(key, value) for key, value in config.items()}
    state = body.get("initial_state") if config is given else None
    return Wanted(str(name or ""), texts, str(state).lower() if state else None)


def _text(key: object, value: object) -> str:
    try:
        return connect_string(value)
    except ValueError as problem:
        msg = f"{key}: {problem}"
        raise ValueError(msg) from problem


def named(wanted: Wanted, name: str | None, sets: Mapping[str, str]) -> Wanted:
    """Give a connector with a name and values of the command line."""
    final = name or wanted.name
    config = {**wanted.config, **sets}
    return replace(wanted, name=final, config={**config, "name": final})


def properties(text: str) -> dict[str, str]:
    """Read Java's properties."""
    found: dict[str, str] = {}
    for line in _logical(text):
        match = _ENTRY.match(line)
        if match is not None:
            found[_unescaped(match[1])] = _unescaped(match[2])
    return found


def _logical(text: str) -> list[str]:
    lines: list[str] = []
    open_line = ""
    for raw in text.splitlines():
        line = raw.lstrip(" \t\f")
        if not open_line and (not line or line[0] in "#!"):
            continue
        open_line += line
        slashes = len(open_line) - len(open_line.rstrip("\\"))
        if slashes % 2:
            open_line = open_line[:-1]
            continue
        lines.append(open_line)
        open_line = ""
    return [*lines, open_line] if open_line else lines


def _unescaped(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        word = match[1]
        if len(word) > 1:
            return chr(int(word[1:], 16))
        return _CONTROL.get(word, word)

    return _ESCAPE.sub(one, text)

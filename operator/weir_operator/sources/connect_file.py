"""Connectors as Connect's own tools write them: a create body, a flat JSON, `.properties`.

    {"name": "orders", "config": {"connector.class": "FileStreamSource", "file": "/data/in"}}

Source: Apache Kafka's ConnectStandalone.parseConnectorConfigurationFile; KIP-980 for the state.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from yaml.error import Mark
from yaml.nodes import MappingNode, Node, ScalarNode

from weir_operator.resources.connector import API_VERSION, KIND
from weir_operator.resources.spec import RESERVED_KEYS
from weir_operator.sources.document import Document, Problem, refuse_doubles

SUFFIX = ".properties"
_CLASS = "connector.class"
_STR = "tag:yaml.org,2002:str"
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPED = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
_KEY = re.compile(r"(?P<key>(?:\\.|[^\\\s=:])*)[ \t\f]*[=:]?[ \t\f]*(?P<value>.*)", re.DOTALL)


def text_of(name: str, config: Mapping[str, str], state: str) -> str:
    """Write the body that creates a connector just as it is."""
    body: dict[str, Any] = {"name": name, "config": dict(sorted(config.items()))}
    if state:
        body["initial_state"] = state.upper()
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def is_one(data: object) -> bool:
    """Tell whether a document is of one of these forms."""
    if not isinstance(data, dict) or "kind" in data or "apiVersion" in data:
        return False
    config = data.get("config")
    return _CLASS in data or (isinstance(config, dict) and _CLASS in config)


def resource(document: Document, problems: list[Problem]) -> dict[str, Any]:
    """Give the resource that asks for the same."""
    data = document.data
    is_body = _CLASS not in data
    config = dict(data["config"] if is_body else data)
    name = config.pop("name", data.get("name"))
    if is_body and data.get("name", name) != name:
        message = f"name is {data['name']!r}, and config.name {name!r}; keep one"
        problems.append(Problem(document.place, document.line_of(("config", "name")), message))
    spec: dict[str, Any] = {
        field: _field(field, config.pop(key))
        for key, field in RESERVED_KEYS.items()
        if key in config
    }
    state = data.get("initial_state") if is_body else None
    if state is not None:
        spec["state"] = str(state).lower()
    metadata = {} if name is None else {"name": name}
    return {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "metadata": metadata,
        "spec": {**spec, "config": config},
    }


def _field(field: str, value: object) -> object:
    if field == "tasksMax" and isinstance(value, str) and value.strip().isdecimal():
        return int(value)
    return str(value) if field == "version" and value is not None else value


# properties


def document_of(place: str, text: str) -> Document:
    """Read a file of properties, with the line of each key.

    Raises:
        ProblemsError: A key is there twice.
    """
    pairs: list[tuple[Node, Node]] = []
    data: dict[str, str] = {}
    for line, key, value in _pairs(text):
        mark = Mark(place, 0, line, 0, None, 0)
        pairs.append((ScalarNode(_STR, key, mark, mark), ScalarNode(_STR, value, mark, mark)))
        data[key] = value
    start = Mark(place, 0, 0, 0, None, 0)
    node = MappingNode("tag:yaml.org,2002:map", pairs, start, start)
    refuse_doubles(place, node, set())
    return Document(place, data, node)


def _pairs(text: str) -> Iterator[tuple[int, str, str]]:
    """Give line, key and value of each property.

    Source: java.util.Properties.load.
    """
    lines = iter(enumerate(re.split(r"\r\n|\r|\n", text)))
    for number, raw in lines:
        line = raw.lstrip(" \t\f")
        if not line or line[0] in "#!":
            continue
        while (len(line) - len(line.rstrip("\\"))) % 2:
            _, more = next(lines, (0, ""))
            line = line[:-1] + more.lstrip(" \t\f")
        found = _KEY.fullmatch(line)
        if found is not None:
            yield number, _plain(found["key"]), _plain(found["value"])


def _plain(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        char = found[1]
        return chr(int(char[1:], 16)) if len(char) == 5 else _ESCAPED.get(char, char)

    return _ESCAPE.sub(one, text)

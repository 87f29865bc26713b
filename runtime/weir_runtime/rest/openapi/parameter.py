"""Parameters of an operation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from weir_runtime.rest.call import INT_MAX
from weir_runtime.rest.operation import Parameter
from weir_runtime.rest.route import Route

_NAMES = re.compile(r"{(\w+)}")
_TEXT: Final = {"type": "string", "minLength": 1, "pattern": r"^[^\x00-\x1f\x7f-\x9f]+$"}
_IN_PATHS: Final = {
    "connector": ("Name of the connector, percent-encoded.", {**_TEXT, "examples": ["orders"]}),
    "task": (
        "Number of the task.",
        {"type": "integer", "format": "int32", "minimum": 0, "maximum": INT_MAX, "examples": [0]},
    ),
    "pluginName": (
        "Class of a plugin, or its alias.",
        {**_TEXT, "examples": ["weir.Datagen", "FileStreamSource"]},
    ),
    "logger": ("Name of a logger; `root` is above all.", {**_TEXT, "examples": ["root"]}),
}


def names(path: str) -> list[str]:
    """Return the parameters in a path."""
    return _NAMES.findall(path)


def parameters(route: Route) -> Iterator[dict[str, Any]]:
    """Yield those in the path, then the others."""
    for name in names(route.path):
        text, schema = _IN_PATHS[name]
        yield _shown(Parameter(name, text, schema, place="path", required=True))
    for each in route.endpoint.parameters:
        yield _shown(each)


def _shown(parameter: Parameter) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "name": parameter.name,
        "in": parameter.place,
        "description": parameter.text,
        "schema": dict(parameter.schema),
    }
    if parameter.required:
        shown["required"] = True
    return shown

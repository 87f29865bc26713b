"""The connectors and converters that come with the runtime, with their keys."""

from __future__ import annotations

import importlib
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reference.markdown import code, first_line, key_table, rows
from weir_runtime.api.config import config_keys
from weir_runtime.plugins import alias
from weir_runtime.plugins.plugin import Plugin, PluginType

ROOT = Path(__file__).parents[2]


def _entry_points(group: str) -> Mapping[str, str]:
    project = tomllib.loads((ROOT / "runtime" / "pyproject.toml").read_text())["project"]
    found: Mapping[str, str] = project["entry-points"][group]
    return found


def _load(target: str) -> Any:
    module, _, attribute = target.partition(":")
    return getattr(importlib.import_module(module), attribute)


_GROUPS = {"weir.sources": PluginType.SOURCE, "weir.sinks": PluginType.SINK}


def builtin_connectors() -> str:
    """Return the connectors of the distribution with their keys."""
    plugins = [
        Plugin(kind, name, "", target)
        for group, kind in _GROUPS.items()
        for name, target in _entry_points(group).items()
    ]
    names: dict[str, list[str]] = {}
    for short, full in alias.table(plugins).items():
        names.setdefault(full, []).append(short)
    pieces = []
    for plugin in plugins:
        found = _load(plugin.target)
        also = ", ".join(code(name) for name in names.get(plugin.class_name, ()))
        title = alias.simple_name(plugin.class_name).removesuffix("Connector")
        purpose = f"{_purpose(found)} {first_line(found.__doc__)}"
        pieces += [
            f"### {title} ({plugin.type})",
            f"Class `{plugin.class_name}`; also {also}.\n{purpose}",
            key_table(config_keys(found.config_class)),
        ]
    return "\n\n".join(pieces)


def _purpose(found: type[Any]) -> str:
    """Return what the module of a connector says it is, without its name."""
    text = first_line(sys.modules[found.__module__].__doc__).partition(": ")[2]
    return text[:1].upper() + text[1:]


def builtin_converters() -> str:
    """Return the converters of the distribution with their keys."""
    header = _entry_points("weir.header_converters")
    values = _entry_points("weir.converters")
    pieces = []
    lines = []
    for name, target in {**values, **header}.items():
        found = _load(target)
        uses = [
            use for use, group in (("keys, values", values), ("headers", header)) if name in group
        ]
        lines.append((code(name), ", ".join(uses), first_line(found.__doc__)))
        keys = [key for key in config_keys(found.config_class) if key.name != "converter.type"]
        if keys:
            pieces.append(f"Keys of `{name.rpartition('.')[2]}`:\n\n{key_table(keys)}")
    return "\n\n".join([rows(("Class", "For", "What it does"), lines), *pieces])

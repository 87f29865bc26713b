"""Short names of plugins.

Source: org.apache.kafka.connect.runtime.isolation.PluginUtils.simpleName, prunedName.
"""

from __future__ import annotations

from collections.abc import Iterable

from weir_runtime.plugins.plugin import Plugin, PluginType

_SUFFIXES = {
    PluginType.SINK: ("Connector", "SinkConnector"),
    PluginType.SOURCE: ("Connector", "SourceConnector"),
    PluginType.TRANSFORMATION: ("Transformation",),
    PluginType.PREDICATE: ("Predicate",),
    PluginType.CONVERTER: ("Converter",),
    PluginType.HEADER_CONVERTER: ("HeaderConverter", "Converter"),
    PluginType.CONFIG_PROVIDER: ("ConfigProvider",),
}


def simple_name(class_name: str) -> str:
    """Return the last part of a class name; `Outer$Inner` is one part."""
    return class_name.rpartition(".")[2]


def names(plugin: Plugin) -> list[str]:
    """Return the short names that a plugin could go by, the longest first."""
    simple = simple_name(plugin.class_name)
    pruned = [
        simple.removesuffix(suffix)
        for suffix in _SUFFIXES[plugin.type]
        if simple.endswith(suffix) and simple != suffix
    ]
    return list(dict.fromkeys([simple, *pruned]))


def table(plugins: Iterable[Plugin]) -> dict[str, str]:
    """Return class names by alias; what stands for two classes is no alias.

    A name that Java would give is kept from one that only we do: `FileStream` is nobody's as
    long as a source and a sink could go by it.
    """
    found: dict[str, set[str]] = {}
    for plugin in plugins:
        for name in names(plugin):
            found.setdefault(name, set()).add(plugin.class_name)
    return {name: classes.pop() for name, classes in found.items() if len(classes) == 1}

"""Plugins by name, alias and type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from weir_runtime.api.errors import NotFoundError
from weir_runtime.config.connector import version
from weir_runtime.model.entities import PluginInfo
from weir_runtime.plugins import alias, discovery
from weir_runtime.plugins.plugin import CLASSPATH, Plugin, PluginType

_CONNECTORS = (PluginType.SINK, PluginType.SOURCE)
_ORDER = list(PluginType)


class PluginRegistry:
    """Every plugin of a worker; never changes after the start.

    Of a class that was found more than once the newest version counts, and of equal versions
    the one that is installed beside the worker.
    """

    def __init__(self, plugins: Iterable[Plugin]) -> None:
        newest: dict[tuple[PluginType, str], Plugin] = {}
        for plugin in plugins:
            key = (plugin.type, plugin.class_name)
            if key not in newest or _rank(plugin) > _rank(newest[key]):
                newest[key] = plugin
        self._plugins = newest
        self._sorted = sorted(newest.values(), key=_order)
        self._aliases = {
            group: alias.table(plugin for plugin in self._sorted if plugin.type in group)
            for group in (_CONNECTORS, *((kind,) for kind in _ORDER if not kind.is_connector))
        }

    @classmethod
    def discover(cls, folders: Sequence[Path] = ()) -> PluginRegistry:
        """Return the registry of what is installed and what the folders hold."""
        return cls(discovery.discover(folders))

    def plugins(self, *, connectors_only: bool = False) -> list[Plugin]:
        """Return the plugins by type in Connect's order, then by name."""
        return [item for item in self._sorted if item.type.is_connector or not connectors_only]

    def infos(self, *, connectors_only: bool) -> list[PluginInfo]:
        """Return what `/connector-plugins` lists; config providers are not among it."""
        return [
            PluginInfo(item.class_name, str(item.type), item.version)
            for item in self.plugins(connectors_only=connectors_only)
            if item.type is not PluginType.CONFIG_PROVIDER
        ]

    def class_names(self, kind: PluginType) -> tuple[str, ...]:
        """Return the class names of a type, sorted; what forms offer to choose from."""
        return tuple(item.class_name for item in self._sorted if item.type is kind)

    def find(self, kind: PluginType, name: str) -> Plugin | None:
        """Return the plugin of a type that goes by a class name or an alias."""
        group = _CONNECTORS if kind.is_connector else (kind,)
        found = self._plugins.get((kind, self._aliases[group].get(name, name)))
        return found or self._plugins.get((kind, name))

    def connector(self, name: str) -> Plugin:
        """Return the source or sink that goes by a class name or an alias.

        Raises:
            NotFoundError: there is none; the message is Connect's and names those there are.
        """
        for kind in _CONNECTORS:
            found = self.find(kind, name)
            if found is not None:
                return found
        available = ", ".join(map(str, self.plugins(connectors_only=True)))
        raise NotFoundError(
            "Failed to find any class that implements Connector and which name matches "
            f"{name}, available connectors are: {available}"
        )

    def any(self, name: str) -> Plugin:
        """Return the plugin of any type that goes by a class name or an alias.

        Raises:
            NotFoundError: there is none; the message is Connect's.
        """
        for kind in _ORDER:
            found = self.find(kind, name)
            if found is not None:
                return found
        raise NotFoundError(f"Unknown plugin {name}.")


def _rank(plugin: Plugin) -> tuple[object, bool]:
    return (version.newest_last(plugin.version), plugin.location == CLASSPATH)


def _order(plugin: Plugin) -> tuple[int, str]:
    return (_ORDER.index(plugin.type), plugin.class_name)

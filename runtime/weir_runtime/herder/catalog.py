"""What the herder asks of the plugins that are installed; importing none of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from weir_runtime.api.config import ConfigKey
from weir_runtime.model.entities import ConfigInfos, PluginInfo
from weir_runtime.worker.protocol import Configured, PluginRef


class Catalog(Protocol):
    """Plugins by class name or alias, and what they say about themselves."""

    def connector(self, class_name: str) -> PluginRef:
        """Return a connector's plugin.

        Raises:
            NotFoundError: with a sentence that names the missing class.
        """
        ...

    def connector_type(self, class_name: str | None) -> str:
        """Return source, sink or unknown."""
        ...

    def runnable(self, config: Mapping[str, str]) -> PluginRef:
        """Return the plugin of a stored config that can be run.

        Raises:
            NotFoundError: with a sentence that names the missing class.
            ConfigError: a key is known and not honoured; the sentence names it.
        """
        ...

    def converter(self, prefix: str, config: Mapping[str, str]) -> Configured:
        """Return the converter that a connector config, or else the worker's, names.

        `prefix` is key.converter, value.converter or header.converter.

        Raises:
            ConfigError: there is no such plugin.
        """
        ...

    def plugins(self, *, connectors_only: bool) -> Sequence[PluginInfo]:
        """Return the plugins by type in Connect's order."""
        ...

    async def definitions(self, plugin: str, version: str | None) -> Sequence[ConfigKey]:
        """Return a plugin's definitions, for a connector followed by the framework's."""
        ...

    async def validate(
        self, config: Mapping[str, str | None], plugin: str | None = None
    ) -> ConfigInfos:
        """Validate a connector config whole; its class must be `plugin` where that is given.

        Raises:
            BadRequestError: no class is named, or an unknown one.
        """
        ...

"""The catalog of a worker: installed plugins, asked about themselves in the describe executor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from weir_runtime.api import config as configs
from weir_runtime.api.config import ConfigKey
from weir_runtime.api.errors import BadRequestError, ConfigError, ConnectError, NotFoundError
from weir_runtime.config import support
from weir_runtime.config.clients.policy import OverridePolicy
from weir_runtime.config.connector import definition, validation, version
from weir_runtime.config.connector.definition import CONVERTERS, Defaults
from weir_runtime.config.worker.task import SIMPLE_HEADER
from weir_runtime.herder import request
from weir_runtime.model.entities import ConfigInfos, PluginInfo
from weir_runtime.plugins.plugin import Plugin, PluginType
from weir_runtime.plugins.registry import PluginRegistry
from weir_runtime.worker.describe import Describer
from weir_runtime.worker.protocol import Configured, PluginRef

CONVERTER_TYPES = {
    "key.converter": PluginType.CONVERTER,
    "value.converter": PluginType.CONVERTER,
    "header.converter": PluginType.HEADER_CONVERTER,
}


@dataclass(frozen=True, slots=True)
class CatalogSettings:
    """What validation needs to know of the worker."""

    worker_props: Mapping[str, str]
    policy: OverridePolicy
    group_id: str | None


class PluginCatalog:
    """Implements `herder.catalog.Catalog` over the registry."""

    def __init__(
        self, registry: PluginRegistry, describer: Describer, settings: CatalogSettings
    ) -> None:
        self._registry = registry
        self._describer = describer
        self._settings = settings
        self._types: dict[str, str] = {}

    def connector(self, class_name: str) -> PluginRef:
        """Return a connector's plugin."""
        return ref(self._registry.connector(class_name))

    def connector_type(self, class_name: str | None) -> str:
        """Return source, sink or unknown."""
        if not class_name:
            return "unknown"
        if class_name not in self._types:
            try:
                found = self._registry.connector(class_name).type.value
            except NotFoundError:
                found = "unknown"
            self._types[class_name] = found
        return self._types[class_name]

    def runnable(self, config: Mapping[str, str]) -> PluginRef:
        """Return the plugin of a stored config that can be run."""
        found = self._registry.connector(config.get(request.CLASS, ""))
        refusals = [support.connector_refusal(key, value) for key, value in config.items()]
        refusals += self._settings.policy.refusals(config).values()
        if config.get("exactly.once.support", "").strip().lower() == "required":
            refusals.append(validation.NO_EXACTLY_ONCE)
        for sentence in filter(None, refusals):
            raise ConfigError(sentence)
        return ref(found)

    def converter(self, prefix: str, config: Mapping[str, str]) -> Configured:
        """Return the converter that a connector config, or else the worker's, names."""
        # a connector's own converter does not inherit the worker's sub-keys
        source = config if config.get(prefix) else self._settings.worker_props
        name = source.get(prefix) or SIMPLE_HEADER
        found = self._registry.find(CONVERTER_TYPES[prefix], name)
        if found is None:
            raise ConfigError(
                f"Invalid value {name} for configuration {prefix}: Class {name} could not be found."
            )
        start = f"{prefix}."
        sub_keys = {
            key.removeprefix(start): value for key, value in source.items() if key.startswith(start)
        }
        return Configured(plugin=ref(found), config=sub_keys)

    def plugins(self, *, connectors_only: bool) -> Sequence[PluginInfo]:
        """Return the plugins by type in Connect's order."""
        return self._registry.infos(connectors_only=connectors_only)

    async def definitions(self, plugin: str, wanted: str | None) -> Sequence[ConfigKey]:
        """Return a plugin's definitions, for a connector followed by the framework's."""
        found = self._registry.any(plugin)
        _check_version(found, plugin, wanted)
        described = await self._describer.describe(ref(found))
        keys: list[ConfigKey] = list(described.keys)
        if found.type.is_connector:
            own = Defaults(versions={request.CLASS: found.version})
            known = {key.name for key in keys}
            framework = definition.framework_keys(found.type.value, own)
            keys += [key for key in framework if key.name not in known]
        return keys

    async def validate(
        self, config: Mapping[str, str | None], plugin: str | None = None
    ) -> ConfigInfos:
        """Validate a connector config whole."""
        class_name = request.class_of(config)
        found = self._known(class_name)
        if plugin is not None and self._known(plugin) != found:
            raise BadRequestError(
                f"Included connector type {class_name} does not match request type {plugin}"
            )
        given = {key: value for key, value in config.items() if value is not None}
        described = await self._describer.describe(ref(found))
        values = await self._describer.validate(ref(found), given)
        converters = [
            await self._own_converter(prefix, given) for prefix in CONVERTERS if given.get(prefix)
        ]
        infos = validation.validate(
            validation.Request(
                config=config,
                kind=found.type.value,
                keys=described.keys,
                values=values,
                defaults=self._defaults(found),
                converters=converters,
                policy=self._settings.policy.refusals,
                group_id=self._settings.group_id,
            )
        )
        return ConfigInfos(found.class_name, infos.error_count, infos.groups, infos.configs)

    async def _own_converter(self, prefix: str, config: Mapping[str, str]) -> validation.Converter:
        name = config[prefix]
        try:
            chosen = self.converter(prefix, config)
            described = await self._describer.describe(chosen.plugin)
            use = {"converter.type": prefix.partition(".")[0], **chosen.config}
            values = configs.evaluate(tuple(described.keys), use)
        except ConnectError as error:
            text = str(error)
            if not text.startswith("Invalid value"):
                text = f"Invalid value {name} for configuration {prefix}: {text}"
            return validation.Converter(prefix, error=text)
        return validation.Converter(
            prefix, described.keys, values, class_name=chosen.plugin.class_name
        )

    def _defaults(self, connector: Plugin) -> Defaults:
        props = self._settings.worker_props
        names = {key: props.get(key) or SIMPLE_HEADER for key in CONVERTERS}
        found = {
            key: self._registry.find(CONVERTER_TYPES[key], name) for key, name in names.items()
        }
        known = {key: plugin for key, plugin in found.items() if plugin is not None}
        return Defaults(
            converters=names | {key: plugin.class_name for key, plugin in known.items()},
            versions={
                request.CLASS: connector.version,
                **{key: plugin.version for key, plugin in known.items()},
            },
            recommended={
                key: self._registry.class_names(CONVERTER_TYPES[key]) for key in CONVERTERS
            },
        )

    def _known(self, class_name: str) -> Plugin:
        try:
            return self._registry.connector(class_name)
        except NotFoundError as error:
            raise BadRequestError(str(error)) from error


def ref(plugin: Plugin) -> PluginRef:
    """Return where an executor finds a plugin."""
    return PluginRef(
        class_name=plugin.class_name,
        target=plugin.target,
        version=plugin.version,
        paths=plugin.paths,
    )


def _check_version(found: Plugin, plugin: str, wanted: str | None) -> None:
    """Refuse a range that the installed version is not in.

    Raises:
        BadRequestError: with Connect's text.
    """
    if wanted is None:
        return
    error = version.mismatch(plugin, wanted, found.version)
    if error is not None:
        raise BadRequestError(error)

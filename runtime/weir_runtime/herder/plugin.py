"""The catalog of a worker: installed plugins, asked about themselves in the describe executor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from weir_runtime.api.config import ConfigKey
from weir_runtime.api.definition import Kind
from weir_runtime.api.errors import BadRequestError, ConfigError, ConnectError, NotFoundError
from weir_runtime.config import support
from weir_runtime.config.clients.policy import OverridePolicy
from weir_runtime.config.connector import definition, validation, version
from weir_runtime.config.connector.definition import CONVERTERS, Defaults
from weir_runtime.config.worker.task import SIMPLE_HEADER
from weir_runtime.herder import request
from weir_runtime.model.entities import ConfigInfos, PluginInfo
from weir_runtime.observe.redaction import SECRETS
from weir_runtime.plugins.plugin import Plugin, PluginType
from weir_runtime.plugins.registry import PluginRegistry
from weir_runtime.worker.describe import Describer
from weir_runtime.worker.protocol import Configured, PluginRef

CONVERTER_TYPES = {
    "key.converter": PluginType.CONVERTER,
    "value.converter": PluginType.CONVERTER,
    "header.converter": PluginType.HEADER_CONVERTER,
}

INTERFACES = frozenset(
    f"org.apache.kafka.connect.storage.{name}" for name in ("Converter", "HeaderConverter")
)


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
        source = config if prefix in config else self._settings.worker_props
        name = source.get(prefix, "") if prefix in config else source.get(prefix) or SIMPLE_HEADER
        found = self._registry.find(CONVERTER_TYPES[prefix], name)
        if found is None:
            raise ConfigError(self._no_converter(prefix, name))
        start = f"{prefix}."
        sub_keys = {
            key.removeprefix(start): value for key, value in source.items() if key.startswith(start)
        }
        return Configured(plugin=ref(found), config=sub_keys)

    def _no_converter(self, prefix: str, name: str) -> str:
        if name in INTERFACES:
            return "This class is abstract and cannot be created."
        try:
            other = self._registry.any(name)
        except NotFoundError:
            return (
                f"Invalid value {name} for configuration {prefix}: Class {name} could not be found."
            )
        wanted = "HeaderConverter" if prefix == "header.converter" else "Converter"
        return f"Class class {other.class_name} does not implement the {wanted} interface"

    def plugins(self, *, connectors_only: bool) -> Sequence[PluginInfo]:
        """Return the plugins by type in Connect's order."""
        return self._registry.infos(connectors_only=connectors_only)

    async def definitions(self, plugin: str, wanted: str | None) -> Sequence[ConfigKey]:
        """Return a plugin's definitions, for a connector followed by the framework's."""
        if wanted is not None:
            version.check(wanted)
        found = self._registry.any(plugin)
        _check_version(found, wanted)
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
        if plugin is not None and not _is_named(class_name, plugin):
            raise BadRequestError(
                f"Included connector type {class_name} does not match request type {plugin}"
            )
        found = self._known(class_name)
        given = {key: value for key, value in config.items() if value is not None}
        described = await self._describer.describe(ref(found))
        secret = [key.name for key in described.keys if key.kind == Kind.PASSWORD]
        SECRETS.learn_config(given.get("name", ""), given, secret)
        values = await self._describer.validate(ref(found), given)
        converters = [
            await self._own_converter(prefix, given) for prefix in CONVERTERS if prefix in given
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
        return ConfigInfos(class_name, infos.error_count, infos.groups, infos.configs)

    async def _own_converter(self, prefix: str, config: Mapping[str, str]) -> validation.Converter:
        try:
            chosen = self.converter(prefix, config)
        except ConfigError as error:
            return validation.Converter(prefix, error=str(error))
        try:
            described = await self._describer.describe(chosen.plugin)
            use = {"converter.type": prefix.partition(".")[0], **chosen.config}
            values = await self._describer.validate(chosen.plugin, use)
        except ConnectError as error:
            text = str(error)
            if not text.startswith("Invalid value"):
                text = f"Invalid value {config[prefix]} for configuration {prefix}: {text}"
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
        chosen = {request.CLASS: connector, **known}
        return Defaults(
            converters=names | {key: plugin.class_name for key, plugin in known.items()},
            versions={key: plugin.version for key, plugin in chosen.items()},
            classes={key: plugin.class_name for key, plugin in chosen.items()},
            recommended={
                key: self._registry.class_names(CONVERTER_TYPES[key]) for key in CONVERTERS
            },
        )

    def _known(self, class_name: str) -> Plugin:
        try:
            return self._registry.connector(class_name)
        except NotFoundError as error:
            raise BadRequestError(str(error)) from error


def _is_named(class_name: str, plugin: str) -> bool:
    """Tell whether a path names a class: by its end, with or without the word Connector."""
    return class_name.removesuffix("Connector").endswith(plugin.removesuffix("Connector"))


def ref(plugin: Plugin) -> PluginRef:
    """Return where an executor finds a plugin."""
    return PluginRef(
        class_name=plugin.class_name,
        target=plugin.target,
        version=plugin.version,
        paths=plugin.paths,
    )


def _check_version(found: Plugin, wanted: str | None) -> None:
    """Refuse a range that the installed version is not in.

    Raises:
        BadRequestError: with Connect's text.
    """
    if wanted is None:
        return
    error = version.mismatch(found.class_name, wanted, found.version)
    if error is not None:
        raise BadRequestError(error)

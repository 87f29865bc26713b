"""Whether a connector will run here, by the validation that the worker itself does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from weir_runtime.api.errors import ConfigError, ConnectError, NotFoundError
from weir_runtime.app import missing
from weir_runtime.app.check.finding import ConnectorFinding
from weir_runtime.app.jar import Jars
from weir_runtime.config import support
from weir_runtime.config.clients import rule, table
from weir_runtime.config.clients.policy import OverridePolicy
from weir_runtime.config.clients.table import Kind
from weir_runtime.config.connector.definition import CONVERTERS
from weir_runtime.herder.plugin import PluginCatalog
from weir_runtime.herder.request import CLASS
from weir_runtime.model.cluster import ClusterConfig
from weir_runtime.model.state import TargetState
from weir_runtime.plugins.plugin import Plugin
from weir_runtime.plugins.registry import PluginRegistry

STATES = {
    TargetState.STARTED: "RUNNING",
    TargetState.PAUSED: "PAUSED",
    TargetState.STOPPED: "STOPPED",
}


@dataclass(frozen=True, slots=True)
class Judge:
    """What connectors are judged by."""

    catalog: PluginCatalog
    registry: PluginRegistry
    policy: OverridePolicy
    jars: Jars

    async def examine(
        self, name: str, config: Mapping[str, str | None], state: TargetState
    ) -> ConnectorFinding:
        """Return whether a connector will run, offsets and tasks aside."""
        class_name = config.get(CLASS) or ""
        given = {key: value for key, value in config.items() if value is not None}
        found = self.plugin(class_name)
        if found is None:
            reasons = [self.missing(class_name), *self._refusals(given)]
            return ConnectorFinding(
                name, class_name, "unknown", STATES[state], reasons=_distinct(reasons)
            )
        reasons = [*await self._errors(config), *self._converters(given)]
        return ConnectorFinding(
            name,
            class_name,
            found.type.value,
            STATES[state],
            plugin=found.class_name,
            version=found.version,
            location=found.location,
            reasons=_distinct(reasons),
            notes=tuple(_dropped(given)),
        )

    def plugin(self, class_name: str) -> Plugin | None:
        """Return the plugin that goes by a class name or an alias."""
        try:
            return self.registry.connector(class_name)
        except NotFoundError:
            return None

    def missing(self, class_name: str) -> str:
        """Return why a class cannot be run."""
        plugins = [item.class_name for item in self.registry.plugins(connectors_only=True)]
        return missing.sentence(class_name, self.jars, plugins)

    def converters(self, config: Mapping[str, str]) -> dict[str, str]:
        """Return, by prefix, why a converter of the worker cannot be had for a connector."""
        found = {}
        for prefix in CONVERTERS:
            if prefix in config:
                continue  # the validation speaks of those
            try:
                self.catalog.converter(prefix, config)
            except ConfigError as error:
                found[prefix] = str(error)
        return found

    def _converters(self, config: Mapping[str, str]) -> list[str]:
        return [
            f"it uses the worker's {prefix}, which is missing" for prefix in self.converters(config)
        ]

    def _refusals(self, config: Mapping[str, str]) -> list[str]:
        found = [support.connector_refusal(key, value) for key, value in config.items()]
        return [*filter(None, found), *self.policy.refusals(config).values()]

    async def _errors(self, config: Mapping[str, str | None]) -> list[str]:
        try:
            infos = await self.catalog.validate(config)
        except ConnectError as error:
            return [str(error)]
        return [error for item in infos.configs for error in item.value.errors]


def _dropped(config: Mapping[str, str]) -> Sequence[str]:
    found = []
    for key in config:
        for kind in Kind:
            name = key.removeprefix(f"{kind}.override.")
            known = table.rules(kind).get(name) if name != key else None
            if isinstance(known, rule.Dropped):
                found.append(f"{key} is left out: {known.why}")
    return found


def repairs(name: str, snapshot: ClusterConfig) -> list[str]:
    """Return what replay had to put right of a connector."""
    if name in snapshot.inconsistent:
        return ["its last set of task configs is incomplete: the leader makes a new one"]
    if name in snapshot.tasks and name not in snapshot.applied:
        return [
            "compaction has moved its config behind its tasks (KAFKA-17719): they are made anew"
        ]
    if name in snapshot.tasks and snapshot.applied[name] != snapshot.connectors[name]:
        return ["its task configs are older than its config: they are made anew"]
    return []


def _distinct(reasons: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(reason.split()) for reason in reasons))

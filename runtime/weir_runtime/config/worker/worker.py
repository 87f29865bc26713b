"""A worker's whole config, parsed, checked and split by concern."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import pydantic

from weir_runtime.api import config as api
from weir_runtime.api.errors import ConfigError
from weir_runtime.api.value import split
from weir_runtime.config import support
from weir_runtime.config.clients import layer, librdkafka, policy
from weir_runtime.config.clients.policy import OverridePolicy
from weir_runtime.config.clients.table import Kind
from weir_runtime.config.tls import listener as tls
from weir_runtime.config.worker import client, client_key, group, topic
from weir_runtime.config.worker.client import ClientConfig
from weir_runtime.config.worker.extension import ExtensionConfig
from weir_runtime.config.worker.group import GroupConfig
from weir_runtime.config.worker.listener import ListenerConfig
from weir_runtime.config.worker.metric import MetricConfig
from weir_runtime.config.worker.plugin import PluginConfig
from weir_runtime.config.worker.standalone import StandaloneConfig
from weir_runtime.config.worker.task import TaskConfig
from weir_runtime.config.worker.topic import InternalTopic, InternalTopicConfig

M = TypeVar("M", bound=api.Config)

COMMON: tuple[type[api.Config], ...] = (
    ClientConfig,
    TaskConfig,
    ListenerConfig,
    PluginConfig,
    MetricConfig,
    ExtensionConfig,
)
DISTRIBUTED: tuple[type[api.Config], ...] = (GroupConfig, InternalTopicConfig)
STANDALONE: tuple[type[api.Config], ...] = (StandaloneConfig,)


@dataclass(frozen=True, slots=True)
class DistributedConfig:
    """What only a distributed worker has; `topics` are by store: config, offset, status."""

    group: GroupConfig
    topics: Mapping[str, InternalTopic]


@dataclass(frozen=True, slots=True)
class WorkerConfig:
    """A worker's config by concern.

    Attributes:
        properties: every key as it was written.
        overrides: what connectors may override of client settings.
        distributed: None in a standalone worker.
        standalone: None in a distributed worker.
        warnings: sentences for the log, such as about keys that nothing knows.
    """

    properties: Mapping[str, str]
    client: ClientConfig
    task: TaskConfig
    listener: ListenerConfig
    plugin: PluginConfig
    extension: ExtensionConfig
    metric: MetricConfig
    overrides: OverridePolicy
    distributed: DistributedConfig | None
    standalone: StandaloneConfig | None
    warnings: tuple[str, ...]

    @classmethod
    def parse(cls, properties: Mapping[str, str], *, distributed: bool) -> WorkerConfig:
        """Return the config that properties stand for.

        Raises:
            ConfigError: with one line for each error, all of them at once.
        """
        parts, overrides = _examined(properties, distributed=distributed)
        if parts.found or overrides is None:
            # a misspelt key is often why another one is missing
            typos = [
                text for text in _warnings(properties, distributed=distributed) if _HINT in text
            ]
            wrong = [sentence for _, sentence in parts.found]
            raise ConfigError("\n".join(dict.fromkeys([*wrong, *typos])))
        return cls(
            properties=dict(properties),
            client=parts.of(ClientConfig),
            task=parts.of(TaskConfig),
            listener=parts.of(ListenerConfig),
            plugin=parts.of(PluginConfig),
            extension=parts.of(ExtensionConfig),
            metric=parts.of(MetricConfig),
            overrides=overrides,
            distributed=_distributed(parts) if distributed else None,
            standalone=None if distributed else parts.of(StandaloneConfig),
            warnings=tuple(_warnings(properties, distributed=distributed)),
        )

    @property
    def client_properties(self) -> dict[str, str]:
        """Return the settings of the worker's own clients, under Java's names."""
        return client.own(self.properties)

    def prefixed(self, prefix: str) -> dict[str, str]:
        """Return the keys below `producer.`, `consumer.`, `admin.` or a converter's prefix."""
        return client.prefixed(prefix, self.properties)

    @property
    def group_id(self) -> str | None:
        """Return the group's name; None in a standalone worker."""
        return None if self.distributed is None else self.distributed.group.group_id


class _Parts:
    """Models made so far, and what was wrong with the others."""

    def __init__(self, properties: Mapping[str, str]) -> None:
        self.found: list[tuple[str | None, str]] = []
        self._properties = properties
        self._malformed: set[str] = set()
        self._models: dict[type[api.Config], api.Config] = {}

    def add(self, model: type[api.Config]) -> None:
        values = api.evaluate(api.config_keys(model), self._properties, model)
        found = [(value.name, error) for value in values for error in value.errors]
        if found:
            self.found += found
            self._malformed |= {value.name for value in values if value.errors}
            return
        made = self._models[model] = api.parse(model, self._properties)
        conflicts = getattr(made, "conflicts", None)
        if conflicts is not None:
            self.blame(*conflicts())

    def refuse(self) -> None:
        """Add an error for each well-formed key that asks for what is not there."""
        for key, value in self._properties.items():
            refusal = support.worker_refusal(key, value)
            if refusal is not None and key not in self._malformed:
                self.found.append((key, refusal))

    def blame(self, *sentences: str) -> None:
        """Add errors that are not of one key alone."""
        self.found += [(None, sentence) for sentence in sentences]

    def listener_errors(self) -> Iterator[str]:
        """Yield what is wrong with TLS of well-formed listeners."""
        made = self._models.get(ListenerConfig)
        if isinstance(made, ListenerConfig):
            yield from made.tls_conflicts(self._properties)

    def override_policy(self) -> OverridePolicy | None:
        """Return what connectors may override, or None and add an error."""
        allowlist = self._properties.get(policy.ALLOWLIST_KEY)
        try:
            return policy.from_worker(
                self._properties.get(policy.POLICY_KEY),
                None if allowlist is None else split(allowlist),
            )
        except ConfigError as error:
            self.blame(str(error))
            return None

    def of(self, model: type[M]) -> M:
        made = self._models[model]
        assert isinstance(made, model)  # noqa: S101 - stored under its own class
        return made

    @property
    def properties(self) -> Mapping[str, str]:
        return self._properties


def _examined(
    properties: Mapping[str, str], *, distributed: bool
) -> tuple[_Parts, OverridePolicy | None]:
    given = group.with_timeouts(properties) if distributed else dict(properties)
    parts = _Parts(given)
    for model in (*COMMON, *(DISTRIBUTED if distributed else STANDALONE)):
        parts.add(model)
    parts.refuse()
    parts.blame(*_client_errors(given))
    parts.blame(*parts.listener_errors())
    return parts, parts.override_policy()


def errors(
    properties: Mapping[str, str], *, distributed: bool
) -> tuple[tuple[str | None, str], ...]:
    """Return everything `WorkerConfig.parse` would refuse: the key, if it is one, and why."""
    parts, _ = _examined(properties, distributed=distributed)
    return tuple(dict.fromkeys(parts.found))


def _client_errors(properties: Mapping[str, str]) -> Iterator[str]:
    """Yield what the settings of each kind of client are refused for, before any is made."""
    # keys that worker and clients both have are judged as the worker's
    properties = {key: text for key, text in properties.items() if key not in support.WORKER} | {
        key: text for key, text in properties.items() if key in client_key.WORKER
    }
    configs = {
        Kind.ADMIN: layer.admin_config(properties, "", None, {}),
        Kind.PRODUCER: layer.producer_config(properties, "", 0, {}),
        Kind.CONSUMER: layer.consumer_config(properties, "", 0, {}),
    }
    for kind, config in configs.items():
        try:
            librdkafka.translate(kind, config)
        except ConfigError as error:
            yield str(error) if kind is Kind.ADMIN else f"with {kind}.*: {error}"


def _distributed(parts: _Parts) -> DistributedConfig:
    topics = parts.of(InternalTopicConfig).topics(parts.properties)
    return DistributedConfig(parts.of(GroupConfig), topics)


def names(models: Iterable[type[pydantic.BaseModel]]) -> frozenset[str]:
    """Return the keys that models read."""
    return frozenset(key.name for model in models for key in api.config_keys(model))


_EXACT = names((*COMMON, *DISTRIBUTED, *STANDALONE)) | client_key.ADMIN
_PREFIXED: Mapping[str, frozenset[str]] = {
    "producer.": client_key.PRODUCER,
    "consumer.": client_key.CONSUMER,
    "admin.": client_key.ADMIN,
    "config.storage.": client_key.TOPIC,
    "offset.storage.": client_key.TOPIC,
    "status.storage.": client_key.TOPIC,
    tls.MAIN: tls.KEYS,
    tls.ADMIN: tls.KEYS,
}
_FREE = (
    "key.converter.",
    "value.converter.",
    "header.converter.",
    "config.providers.",
)


def _is_known(key: str) -> bool:
    if key in _EXACT or key.startswith(_FREE):
        return True
    return any(
        key.startswith(prefix) and key.removeprefix(prefix) in keys
        for prefix, keys in _PREFIXED.items()
    )


_HINT = "did you mean"


def _suggestion(key: str) -> str:
    prefix = next((prefix for prefix in _PREFIXED if key.startswith(prefix)), "")
    candidates = {prefix + name for name in _PREFIXED.get(prefix, ())} | _EXACT
    close = difflib.get_close_matches(key, sorted(candidates), n=1, cutoff=0.8)
    return f"; {_HINT} {close[0]}?" if close else ""


def doubt(key: str) -> str | None:
    """Return the sentence about a key that nothing knows, None for any other."""
    if _is_known(key):
        return None
    return f"{key} is unknown to Kafka Connect and its clients{_suggestion(key)}"


def _warnings(properties: Mapping[str, str], *, distributed: bool) -> Iterator[str]:
    yield from filter(None, map(doubt, properties))
    if distributed:
        for key in topic.ignored(properties):
            yield f"{key} is ignored: Connect decides on it itself"

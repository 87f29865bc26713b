"""Put together what an executor needs to start a part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from weir_runtime.config.clients import layer
from weir_runtime.herder import action
from weir_runtime.herder.catalog import Catalog
from weir_runtime.herder.request import CLASS
from weir_runtime.model.cluster import ConnectorConfig
from weir_runtime.worker import protocol
from weir_runtime.worker.protocol import PluginRef


@dataclass(frozen=True, slots=True)
class TaskSettings:
    """What all tasks of this worker have in common.

    Attributes:
        worker_props: the worker's properties, for what its clients inherit.
        offsets_topic: None where the worker itself keeps offsets (standalone).
        all_topics: whether the worker makes every topic of a source, asked for or not.
    """

    worker_props: Mapping[str, str]
    offsets_topic: str | None
    flush_interval_ms: int
    flush_timeout_ms: int
    topic_creation: bool
    topic_tracking: bool
    all_topics: bool = False
    metric_samples: int = 2
    metric_window_ms: int = 30_000


@dataclass(frozen=True, slots=True)
class Assembly:
    """Builds the starting messages of executors."""

    catalog: Catalog
    settings: TaskSettings

    def connector(self, order: action.StartConnector) -> protocol.StartConnector:
        """Return the message that starts a connector instance.

        Raises:
            ConnectError: the class is missing or a key is not honoured.
        """
        return protocol.StartConnector(
            connector=order.connector,
            epoch=order.epoch,
            plugin=self.catalog.runnable(order.config),
            config=dict(order.config),
            state=order.target.value,
        )

    def task(self, order: action.StartTask) -> protocol.StartTask:
        """Return the message that starts a task.

        Raises:
            ConnectError: a class is missing or a key is not honoured.
        """
        settings, task = self.settings, order.task
        config = order.connector_config
        plugin = self.catalog.runnable(config)
        source = self.catalog.connector_type(config.get(CLASS)) == "source"
        producer, consumer = self._clients(order, source=source)
        return protocol.StartTask(
            connector=task.connector,
            task=task.task,
            epoch=order.epoch,
            plugin=plugin,
            config=dict(order.config),
            connector_config=dict(config),
            state=order.target.value,
            key_converter=self.catalog.converter("key.converter", config),
            value_converter=self.catalog.converter("value.converter", config),
            header_converter=self.catalog.converter("header.converter", config),
            producer=producer,
            consumer=consumer,
            offsets_topic=settings.offsets_topic,
            flush_interval_ms=settings.flush_interval_ms,
            flush_timeout_ms=settings.flush_timeout_ms,
            topic_creation=settings.topic_creation
            and source
            and (settings.all_topics or creates_topics(config)),
            topic_tracking=settings.topic_tracking,
            metric_samples=settings.metric_samples,
            metric_window_ms=settings.metric_window_ms,
        )

    def _clients(
        self, order: action.StartTask, *, source: bool
    ) -> tuple[dict[str, str], dict[str, str]]:
        props, task = self.settings.worker_props, order.task
        kind = "producer" if source else "consumer"
        overrides = layer.overrides(kind, order.connector_config)
        make = layer.producer_config if source else layer.consumer_config
        config = make(props, task.connector, task.task, overrides)
        return (config, {}) if source else ({}, config)


def creates_topics(config: ConnectorConfig) -> bool:
    """Tell whether a source asks for its topics to be created by the framework."""
    return any(key.startswith("topic.creation.default.") for key in config)


def plugin_version(plugin: PluginRef) -> str | None:
    """Return the version to show; None for one that has none."""
    return plugin.version or None

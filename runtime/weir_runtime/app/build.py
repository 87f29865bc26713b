"""Put a worker together: herder, stores, group and executors, none of them started."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field

from weir_runtime import KAFKA_VERSION
from weir_runtime.aio.clock import Clock
from weir_runtime.aio.scope import Scope
from weir_runtime.api.errors import ConfigError
from weir_runtime.config.clients import policy
from weir_runtime.config.connector import topic_creation
from weir_runtime.config.worker import WorkerConfig
from weir_runtime.config.worker.extension import ExtensionConfig
from weir_runtime.group.ports import Group
from weir_runtime.herder.alter import Keepers, Offsets
from weir_runtime.herder.assembly import Assembly, TaskSettings
from weir_runtime.herder.duty import KeyKeeper, KeySettings
from weir_runtime.herder.herder import Parts, WorkerHerder
from weir_runtime.herder.lifecycle import Lifecycle, Running
from weir_runtime.herder.log_level import Loggers
from weir_runtime.herder.loop import Loop
from weir_runtime.herder.monitor import GroupSight, Monitor, Seen, Sights
from weir_runtime.herder.performer import Outside, Performer
from weir_runtime.herder.plugin import CatalogSettings, PluginCatalog
from weir_runtime.herder.read import Reader
from weir_runtime.herder.stage import Stage
from weir_runtime.herder.state import HerderState
from weir_runtime.herder.write import Ports, Writer
from weir_runtime.kafka.ports import Admin, NewTopic
from weir_runtime.model.entities import ServerInfo
from weir_runtime.observe.logger import LoggerRegistry
from weir_runtime.observe.metric import MetricRegistry
from weir_runtime.observe.window import Recency
from weir_runtime.plugins.registry import PluginRegistry
from weir_runtime.storage.ports import ConfigStore, OffsetStore, StatusStore
from weir_runtime.worker.describe import Describer
from weir_runtime.worker.pipe import Launcher
from weir_runtime.worker.pool import Isolation
from weir_runtime.worker.protocol import ToChild
from weir_runtime.worker.service import Services
from weir_runtime.worker.worker import Deadlines, Worker

COMMIT = "weir"


@dataclass(frozen=True, slots=True)
class Foundation:
    """What a worker is built on.

    Attributes:
        offsets_topic: where executors write source offsets; None sends them to the worker.
        worker_id: advertised `host:port`.
        all_topics: whether the worker makes every topic of its sources, because the broker would
            give them partitions of its own choice.
        client_id: of the worker's own clients.
        metrics: what the process counts itself.
        sight: what is measured of the group; None in a standalone worker.
    """

    config: WorkerConfig
    properties: dict[str, str]
    worker_id: str
    scope: Scope
    clock: Clock
    launcher: Launcher
    registry: PluginRegistry
    configs: ConfigStore
    statuses: StatusStore
    offsets: OffsetStore
    offsets_topic: str | None
    group: Group
    admin: Admin
    stage: Stage
    all_topics: bool = False
    client_id: str = ""
    metrics: MetricRegistry = field(default_factory=MetricRegistry)
    sight: GroupSight | None = None


@dataclass(frozen=True, slots=True)
class Built:
    """A worker, ready to start."""

    herder: WorkerHerder
    lifecycle: Lifecycle
    describer: Describer
    catalog: PluginCatalog
    monitor: Monitor


def build(base: Foundation) -> Built:
    """Return the herder and what starts and stops it."""
    config, stage = base.config, base.stage
    services = _services(base)
    worker = _worker(base, services)
    describer = Describer(
        base.scope, base.launcher, worker, stage, deadline_s=_deadline_s(config.extension)
    )
    catalog = _catalog(base, describer)
    loop = Loop(HerderState(base.worker_id))
    loggers = Loggers(LoggerRegistry(base.clock), _spread(worker, describer))
    reader = _reader(base, catalog)
    ports = Ports(base.configs, base.statuses, base.group, catalog, stage)
    writer = Writer(ports, reader, loop)
    performer = Performer(
        Outside(
            scope=base.scope,
            clock=base.clock,
            stage=stage,
            worker=worker,
            configs=base.configs,
            statuses=base.statuses,
            task_sets=writer,
            set_level=loggers.set,
        ),
        Assembly(catalog, _task_settings(base)),
        loop.send,
    )
    worker.attach(performer)
    keepers = Keepers(base.configs, base.offsets, base.admin, catalog, describer)
    herder = WorkerHerder(
        Parts(
            loop=loop,
            reader=reader,
            writer=writer,
            offsets=Offsets(keepers, base.group, loop),
            catalog=catalog,
            configs=base.configs,
            loggers=loggers,
            stage=stage,
        ),
        ServerInfo(KAFKA_VERSION, COMMIT, ""),
        request_timeout_s=config.extension.rest_request_timeout_ms / 1000,
        health_timeout_s=config.extension.rest_health_timeout_ms / 1000,
    )
    running = Running(
        scope=base.scope,
        stage=stage,
        loop=loop,
        performer=performer,
        configs=base.configs,
        statuses=base.statuses,
        offsets=base.offsets,
        group=base.group,
        worker=worker,
        keys=_keys(base),
    )
    seen = Seen(loop, worker, services, describer, catalog)
    return Built(herder, Lifecycle(running, herder), describer, catalog, _monitor(base, seen))


def _reader(base: Foundation, catalog: PluginCatalog) -> Reader:
    task = base.config.task
    return Reader(
        base.configs,
        base.statuses,
        catalog,
        topic_tracking=task.topic_tracking_enable,
        topic_reset=task.topic_tracking_allow_reset,
    )


def _monitor(base: Foundation, seen: Seen) -> Monitor:
    return Monitor(
        Sights(
            client_id=base.client_id,
            commit=COMMIT,
            clock=base.clock,
            seen=seen,
            registry=base.metrics,
            group=base.sight,
        )
    )


def recency(config: WorkerConfig) -> Recency:
    """Return what of the past counts as recent."""
    return Recency(config.metric.metrics_num_samples, config.metric.metrics_sample_window_ms)


def _services(base: Foundation) -> Services:
    return Services(
        base.offsets,
        base.statuses,
        base.clock,
        topics=base.admin if base.config.task.topic_creation_enable else None,
        rule=_rule(base.configs, all_topics=base.all_topics),
        recency=recency(base.config),
    )


def _deadline_s(extension: ExtensionConfig) -> float:
    """Return the time of a plugin's answer: less than that of the request, which waits for it."""
    timeout_s = extension.rest_request_timeout_ms / 1000
    return max(timeout_s * 0.5, timeout_s - 5.0)


def _worker(base: Foundation, services: Services) -> Worker:
    config = base.config
    return Worker(
        base.scope,
        base.launcher,
        services,
        size=config.extension.executor_max_count or os.cpu_count() or 1,
        isolation=Isolation(config.extension.executor_isolation),
        deadlines=Deadlines(stop_task_s=config.task.task_shutdown_graceful_timeout_ms / 1000),
    )


def _catalog(base: Foundation, describer: Describer) -> PluginCatalog:
    given = base.config.properties
    overrides = policy.from_worker(
        given.get(policy.POLICY_KEY),
        base.config.task.connector_client_config_override_allowlist
        if policy.ALLOWLIST_KEY in given
        else None,
    )
    settings = CatalogSettings(base.properties, overrides, base.config.group_id)
    return PluginCatalog(base.registry, describer, settings)


def _task_settings(base: Foundation) -> TaskSettings:
    task = base.config.task
    return TaskSettings(
        worker_props=base.properties,
        offsets_topic=base.offsets_topic,
        flush_interval_ms=task.offset_flush_interval_ms,
        flush_timeout_ms=task.offset_flush_timeout_ms,
        topic_creation=task.topic_creation_enable,
        all_topics=base.all_topics,
        topic_tracking=task.topic_tracking_enable,
        metric_samples=base.config.metric.metrics_num_samples,
        metric_window_ms=base.config.metric.metrics_sample_window_ms,
    )


def _keys(base: Foundation) -> KeyKeeper | None:
    distributed = base.config.distributed
    if distributed is None or distributed.group.connect_protocol != "sessioned":
        return None
    group = distributed.group
    settings = KeySettings(
        algorithm=group.inter_worker_key_generation_algorithm,
        size_bits=group.inter_worker_key_size or 256,
        ttl_ms=group.inter_worker_key_ttl_ms,
    )
    return KeyKeeper(base.configs, base.group, settings, clock=base.clock, stage=base.stage)


def _rule(configs: ConfigStore, *, all_topics: bool) -> Callable[[str, str], NewTopic | None]:
    def rule(connector: str, topic: str) -> NewTopic | None:
        config = configs.snapshot().connectors.get(connector, {})
        try:
            found = topic_creation.parse(config)
        except ConfigError:
            return None
        if found is None:
            # one partition keeps the order of what is shown
            return NewTopic(topic, 1, 1, {}) if all_topics else None
        spec = found.rule_for(topic)
        return NewTopic(spec.name, spec.partitions, spec.replication_factor, spec.settings)

    return rule


def _spread(worker: Worker, describer: Describer) -> Callable[[ToChild], None]:
    def spread(message: ToChild) -> None:
        worker.post_all(message)
        describer.post(message)

    return spread

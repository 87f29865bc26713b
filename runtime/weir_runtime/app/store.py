"""Stores and group of a worker: on Kafka, or in memory and a file."""

from __future__ import annotations

from dataclasses import dataclass

from weir_runtime.aio.clock import Clock
from weir_runtime.aio.scope import Scope
from weir_runtime.app.cluster import Cluster
from weir_runtime.config.worker import DistributedConfig, WorkerConfig
from weir_runtime.group.membership import Membership
from weir_runtime.group.meter import GroupMeter
from weir_runtime.group.ports import Group
from weir_runtime.group.settings import GroupSettings
from weir_runtime.group.standalone import StandaloneGroup
from weir_runtime.herder.lifecycle import together
from weir_runtime.kafka.control.coordinator import CoordinatorChannel
from weir_runtime.kafka.control.log import KafkaLog
from weir_runtime.kafka.ports import Admin
from weir_runtime.storage import internal_topic, memory
from weir_runtime.storage.config_topic import KafkaConfigStore
from weir_runtime.storage.offset_file import FileOffsetStore
from weir_runtime.storage.offset_topic import KafkaOffsetStore
from weir_runtime.storage.ports import ConfigStore, OffsetStore, StatusStore
from weir_runtime.storage.status_topic import KafkaStatusStore


@dataclass(frozen=True, slots=True)
class Stores:
    """The three stores; `offsets_topic` where executors write offsets themselves."""

    configs: ConfigStore
    statuses: StatusStore
    offsets: OffsetStore
    offsets_topic: str | None


def distributed(config: DistributedConfig, cluster: Cluster, scope: Scope, clock: Clock) -> Stores:
    """Return the stores of a distributed worker."""

    def log(store: str) -> KafkaLog:
        return KafkaLog(cluster.connection, config.topics[store].name, scope=scope)

    return Stores(
        KafkaConfigStore(log("config")),
        KafkaStatusStore(log("status"), scope=scope, clock=clock),
        KafkaOffsetStore(log("offset")),
        config.topics["offset"].name,
    )


def standalone(config: WorkerConfig, scope: Scope) -> Stores:
    """Return the stores of a standalone worker: only offsets outlive it."""
    if config.standalone is None:
        raise AssertionError("a worker is distributed or standalone")
    offsets = FileOffsetStore(config.standalone.offset_file)
    return Stores(memory.config_store(), memory.status_store(scope), offsets, None)


async def make_topics(config: DistributedConfig, admin: Admin, clock: Clock) -> None:
    """Make the internal topics, or check those there are.

    Raises:
        ConfigError: one of them is not as it must be.
    """
    await together(
        *(
            internal_topic.ensure(admin, store, topic, clock=clock)
            for store, topic in config.topics.items()
        )
    )


def membership(
    config: DistributedConfig,
    cluster: Cluster,
    url: str,
    *,
    scope: Scope,
    clock: Clock,
    meter: GroupMeter | None = None,
) -> tuple[Membership, CoordinatorChannel]:
    """Return the group of a distributed worker, and the channel to start and close with it."""
    group = config.group
    settings = GroupSettings(
        group_id=group.group_id,
        url=url,
        protocol=group.connect_protocol,
        session_timeout_ms=group.session_timeout_ms,
        heartbeat_interval_ms=group.heartbeat_interval_ms,
        rebalance_timeout_ms=group.rebalance_timeout_ms,
    )
    channel = CoordinatorChannel(
        cluster.settings, rebalance_timeout_s=group.rebalance_timeout_ms / 1000
    )
    return Membership(channel, settings, clock=clock, scope=scope, meter=meter), channel


def alone(url: str, worker_id: str) -> Group:
    """Return the group of a standalone worker."""
    return StandaloneGroup(url, worker_id)

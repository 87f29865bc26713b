"""Stores without a broker: the same code on in-memory logs, for tests and standalone workers."""

from __future__ import annotations

from weir_runtime.aio.scope import Scope
from weir_runtime.storage.config_topic import KafkaConfigStore
from weir_runtime.storage.memory_log import MemoryLog, MemoryTopic
from weir_runtime.storage.offset_topic import KafkaOffsetStore
from weir_runtime.storage.status_topic import KafkaStatusStore


def config_store(topic: MemoryTopic | None = None) -> KafkaConfigStore:
    """Return a config store; stores of one topic see each other's writes."""
    return KafkaConfigStore(MemoryLog(topic))


def status_store(scope: Scope, topic: MemoryTopic | None = None) -> KafkaStatusStore:
    """Return a status store whose writer runs in `scope`."""
    return KafkaStatusStore(MemoryLog(topic), scope=scope)


def offset_store(topic: MemoryTopic | None = None) -> KafkaOffsetStore:
    """Return an offset store; offsets are gone with it."""
    return KafkaOffsetStore(MemoryLog(topic))

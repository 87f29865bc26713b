"""Names of the keys of Java's clients and topics, to tell known keys from misspelt ones.

Source: TopicConfig of Kafka 4.3.1; the clients' keys are those of `config.clients.table`.
"""

from __future__ import annotations

from weir_runtime.config.clients import table
from weir_runtime.config.clients.table import Kind


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


PRODUCER = frozenset(table.rules(Kind.PRODUCER))
"""Keys of a producer."""

CONSUMER = frozenset(table.rules(Kind.CONSUMER))
"""Keys of a consumer."""

ADMIN = frozenset(table.rules(Kind.ADMIN))
"""Keys of an admin client."""

TOPIC = _names(
    """
    cleanup.policy compression.gzip.level compression.lz4.level compression.type
    compression.zstd.level delete.retention.ms file.delete.delay.ms flush.messages flush.ms
    index.interval.bytes local.retention.bytes local.retention.ms max.compaction.lag.ms
    max.message.bytes message.downconversion.enable message.timestamp.after.max.ms
    message.timestamp.before.max.ms message.timestamp.type min.cleanable.dirty.ratio
    min.compaction.lag.ms min.insync.replicas preallocate remote.log.copy.disable
    remote.log.delete.on.disable remote.storage.enable retention.bytes retention.ms
    segment.bytes segment.index.bytes segment.jitter.ms segment.ms
    unclean.leader.election.enable
    """
)
"""Settings of a topic."""

WORKER = ADMIN - _names(
    """
    config.providers metric.reporters metrics.num.samples metrics.recording.level
    metrics.sample.window.ms
    """
)
"""Keys without a prefix that the worker's own clients are made with."""

"""What becomes of every key of Connect: read, of no consequence here, or refused.

A key that Connect knows and that asks for what is not there is refused by name: an ignored
`transforms` or `${file:...}` would put wrong data into topics. A key at its default, or at a
value that asks for nothing, is never refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from weir_runtime.api.value import invalid, split

REFERENCE = re.compile(r"\$\{[^}]*?:[^}]*\}")
"""A `${provider:path:key}` reference, as Connect looks for them."""


class Level(StrEnum):
    """What becomes of a key."""

    HONOURED = "honoured"  # a field of a config model reads it
    CLIENT = "client"  # goes to the Kafka clients, whose own table decides
    GROUP = "group"  # checked; changes something only between the workers of a group
    HARMLESS = "harmless"  # changes nothing that a user could miss
    REFUSED = "refused"  # as soon as it asks for something


def _never(_: str) -> bool:
    return False


def _set(text: str) -> bool:
    return bool(text.strip())


def _listed(text: str) -> bool:
    return bool(split(text))


def _other_than(*words: str) -> Callable[[str], bool]:
    return lambda text: text.strip().lower() not in words


@dataclass(frozen=True, slots=True)
class Support:
    """What becomes of one key; `asks` tells whether a value asks for what is refused."""

    level: Level
    asks: Callable[[str], bool] = _never
    reason: str = ""


_HONOURED = Support(Level.HONOURED)
_CLIENT = Support(Level.CLIENT)
_GROUP = Support(Level.GROUP)
_HARMLESS = Support(Level.HARMLESS)


def _refused(reason: str, asks: Callable[[str], bool] = _set) -> Support:
    return Support(Level.REFUSED, asks, reason)


def _foreign_reporter(text: str) -> bool:
    return any(name != "org.apache.kafka.common.metrics.JmxReporter" for name in split(text))


BASIC_AUTH = "org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension"
"""The one REST extension that is built in; its last word is an alias."""


def _foreign_extension(text: str) -> bool:
    return any(name not in (BASIC_AUTH, BASIC_AUTH.rpartition(".")[2]) for name in split(text))


_VERSION = _refused("there is one version of each converter here; remove the key")

WORKER: Mapping[str, Support] = {
    # section 2.1: both kinds of workers
    "bootstrap.servers": _HONOURED,
    "key.converter": _HONOURED,
    "value.converter": _HONOURED,
    "header.converter": _HONOURED,
    "key.converter.plugin.version": _VERSION,
    "value.converter.plugin.version": _VERSION,
    "header.converter.plugin.version": _VERSION,
    "client.id": _HONOURED,
    "task.shutdown.graceful.timeout.ms": _HONOURED,
    "offset.flush.interval.ms": _HONOURED,
    "offset.flush.timeout.ms": _HONOURED,
    "listeners": _HONOURED,
    "admin.listeners": _HONOURED,
    "rest.advertised.host.name": _HONOURED,
    "rest.advertised.port": _HONOURED,
    "rest.advertised.listener": _HONOURED,
    "rest.extension.classes": Support(
        Level.HONOURED,
        _foreign_extension,
        f"REST extensions are Java classes; the one that is here is {BASIC_AUTH}",
    ),
    "access.control.allow.origin": _HONOURED,
    "access.control.allow.methods": _HONOURED,
    "response.http.headers.config": _HONOURED,
    "plugin.path": _HONOURED,
    "plugin.discovery": _HARMLESS,
    "config.providers": _refused(
        "config providers are not supported yet; write the values themselves", _listed
    ),
    "connector.client.config.override.policy": _HONOURED,
    "connector.client.config.override.allowlist": _HONOURED,
    "topic.creation.enable": _HONOURED,
    "topic.tracking.enable": _HONOURED,
    "topic.tracking.allow.reset": _HONOURED,
    "metric.reporters": _refused(
        "metric reporters are Java classes; remove the key", _foreign_reporter
    ),
    "metrics.num.samples": _HONOURED,
    "metrics.recording.level": _HARMLESS,
    "metrics.sample.window.ms": _HONOURED,
    "ssl.client.auth": _HONOURED,
    # standalone
    "offset.storage.file.filename": _HONOURED,
    # section 2.2: distributed
    "group.id": _HONOURED,
    "config.storage.topic": _HONOURED,
    "config.storage.replication.factor": _HONOURED,
    "offset.storage.topic": _HONOURED,
    "offset.storage.partitions": _HONOURED,
    "offset.storage.replication.factor": _HONOURED,
    "status.storage.topic": _HONOURED,
    "status.storage.partitions": _HONOURED,
    "status.storage.replication.factor": _HONOURED,
    "session.timeout.ms": _HONOURED,
    "heartbeat.interval.ms": _HONOURED,
    "rebalance.timeout.ms": _HONOURED,
    "worker.sync.timeout.ms": _GROUP,
    "worker.unsync.backoff.ms": _GROUP,
    "scheduled.rebalance.max.delay.ms": _GROUP,
    "connect.protocol": _HONOURED,
    "inter.worker.key.generation.algorithm": _HONOURED,
    "inter.worker.key.size": _HONOURED,
    "inter.worker.key.ttl.ms": _HONOURED,
    "inter.worker.signature.algorithm": _GROUP,
    "inter.worker.verification.algorithms": _GROUP,
    "exactly.once.source.support": _refused(
        "exactly-once sources are not supported yet; use disabled", _other_than("disabled")
    ),
    "request.timeout.ms": _HONOURED,
    "retry.backoff.ms": _HONOURED,
    "retry.backoff.max.ms": _HONOURED,
    "reconnect.backoff.ms": _HONOURED,
    "reconnect.backoff.max.ms": _HONOURED,
    "connections.max.idle.ms": _HONOURED,
    "metadata.max.age.ms": _HONOURED,
    "metadata.recovery.strategy": _HONOURED,
    "metadata.recovery.rebootstrap.trigger.ms": _HONOURED,
    "send.buffer.bytes": _HONOURED,
    "receive.buffer.bytes": _HONOURED,
    "socket.connection.setup.timeout.ms": _HONOURED,
    "socket.connection.setup.timeout.max.ms": _HONOURED,
    "client.dns.lookup": _HONOURED,
    "security.protocol": _HONOURED,
}
"""Worker keys by name; see `worker_support` for whole families."""

CONNECTOR: Mapping[str, Support] = {
    # section 2.3: both kinds of connectors
    "name": _HONOURED,
    "connector.class": _HONOURED,
    "connector.plugin.version": _HONOURED,
    "tasks.max": _HONOURED,
    "tasks.max.enforce": _HONOURED,
    "key.converter": _HONOURED,
    "value.converter": _HONOURED,
    "header.converter": _HONOURED,
    "key.converter.plugin.version": _HONOURED,
    "value.converter.plugin.version": _HONOURED,
    "header.converter.plugin.version": _HONOURED,
    "transforms": _refused("transforms are not supported yet; remove the key", _listed),
    "predicates": _refused("predicates are not supported yet; remove the key", _listed),
    "config.action.reload": _HARMLESS,
    "errors.retry.timeout": _refused(
        "retries of failed operations are not supported yet; use 0", _other_than("0")
    ),
    "errors.retry.delay.max.ms": _HARMLESS,
    "errors.tolerance": _refused(
        "tolerating errors is not supported yet; use none", lambda text: text.strip() == "all"
    ),
    "errors.log.enable": _refused(
        "logging of tolerated errors is not supported yet; use false", _other_than("false")
    ),
    "errors.log.include.messages": _refused(
        "logging of tolerated errors is not supported yet; use false", _other_than("false")
    ),
    # sinks
    "topics": _HONOURED,
    "topics.regex": _HONOURED,
    "errors.deadletterqueue.topic.name": _refused(
        "a dead letter queue is not supported yet; remove the key"
    ),
    "errors.deadletterqueue.topic.replication.factor": _HARMLESS,
    "errors.deadletterqueue.context.headers.enable": _HARMLESS,
    # sources
    "topic.creation.groups": _HONOURED,
    "exactly.once.support": Support(Level.HONOURED),  # the validation says Java's sentence
    "transaction.boundary": Support(Level.HONOURED),  # the same
    "transaction.boundary.interval.ms": _HARMLESS,  # of exactly-once sources
    "offsets.storage.topic": _refused(
        "an offsets topic of one connector is not supported yet; remove the key"
    ),
}
"""Connector keys by name; see `connector_support` for whole families."""

_WORKER_FAMILIES: tuple[tuple[str, Support], ...] = (
    ("key.converter.", _HONOURED),
    ("value.converter.", _HONOURED),
    ("header.converter.", _HONOURED),
    ("config.storage.", _HONOURED),
    ("offset.storage.", _HONOURED),
    ("status.storage.", _HONOURED),
    ("listeners.https.", _HONOURED),
    ("admin.listeners.https.", _HONOURED),
    ("config.providers.", _HARMLESS),  # config.providers itself is refused
    ("producer.", _CLIENT),
    ("consumer.", _CLIENT),
    ("admin.", _CLIENT),
    ("sasl.", _CLIENT),
    ("ssl.", _CLIENT),
)

_CONNECTOR_FAMILIES: tuple[tuple[str, Support], ...] = (
    ("producer.override.", _CLIENT),
    ("consumer.override.", _CLIENT),
    ("admin.override.", _CLIENT),
    ("topic.creation.", _HONOURED),
    ("transforms.", _HARMLESS),  # transforms itself is refused
    ("predicates.", _HARMLESS),
    ("key.converter.", _HONOURED),
    ("value.converter.", _HONOURED),
    ("header.converter.", _HONOURED),
)


def _look_up(
    key: str, table: Mapping[str, Support], families: tuple[tuple[str, Support], ...]
) -> Support | None:
    if key in table:
        return table[key]
    return next((support for prefix, support in families if key.startswith(prefix)), None)


def worker_support(key: str) -> Support | None:
    """Return what becomes of a worker key; None where Connect has no such key."""
    return _look_up(key, WORKER, _WORKER_FAMILIES)


def connector_support(key: str) -> Support | None:
    """Return what becomes of a connector key; None for a key of the connector's own."""
    return _look_up(key, CONNECTOR, _CONNECTOR_FAMILIES)


def worker_refusal(key: str, value: str) -> str | None:
    """Return the sentence that refuses a worker key's value, or None."""
    support = worker_support(key)
    if support is None or not support.asks(value):
        return None
    return invalid(key, value, support.reason)


def connector_refusal(key: str, value: str) -> str | None:
    """Return the sentence that refuses a connector key's value, or None.

    A reference is refused in any key, also in one of the connector's own.
    """
    if REFERENCE.search(value):
        reason = "references to config providers are not supported yet; write the value itself"
        return invalid(key, value, reason)
    support = connector_support(key)
    if support is None or not support.asks(value):
        return None
    return invalid(key, value, support.reason)

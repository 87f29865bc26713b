"""Every Java client key and what becomes of it: one table, complete by test.

Source: ProducerConfig, ConsumerConfig and AdminClientConfig of Kafka 4.3.1; librdkafka's list of
configuration properties.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from weir_runtime.api.errors import ConfigError
from weir_runtime.config.clients import security
from weir_runtime.config.clients.rule import (
    Converted,
    Dropped,
    Handled,
    Refused,
    Rule,
    Settings,
    boolean,
    choice,
    number,
    same,
    truth,
    whole_number,
)

INT_MAX = 2**31 - 1


class Kind(StrEnum):
    """The kinds of client."""

    PRODUCER = "producer"
    CONSUMER = "consumer"
    ADMIN = "admin"


_METRICS = Dropped("client metrics are the worker's own")
_GSSAPI = Dropped("it belongs to GSSAPI, which is not offered")
_OAUTH = Dropped("it belongs to OAUTHBEARER, which is not offered")
_JVM_TLS = Dropped("it chooses an implementation inside a JVM")
_CODE = Refused("it names Java code, which cannot be loaded here: remove it")
_BYTES = Handled("converters turn records into bytes")
_SHARE = Dropped("it belongs to share consumers")
_RETRY = Dropped("the worker retries on its own")


def _names(key: str, *values: str) -> Converted:
    return choice(key, {value: value for value in values})


_SECURITY: dict[str, Rule] = {
    **dict.fromkeys(security.KEYS, Handled("read with TLS and SASL as a whole")),
    "security.providers": _CODE,
    "ssl.engine.factory.class": _CODE,
    "ssl.cipher.suites": Refused(
        "Java's names of cipher suites mean nothing to OpenSSL: remove it to use its secure default"
    ),
    "ssl.enabled.protocols": Dropped("TLS 1.2 and 1.3 are used, the best that both sides have"),
    **dict.fromkeys(
        (
            "ssl.keymanager.algorithm",
            "ssl.trustmanager.algorithm",
            "ssl.protocol",
            "ssl.provider",
            "ssl.secure.random.implementation",
        ),
        _JVM_TLS,
    ),
    "sasl.client.callback.handler.class": _CODE,
    "sasl.login.callback.handler.class": _CODE,
    "sasl.login.class": _CODE,
    **dict.fromkeys(
        (
            "sasl.kerberos.kinit.cmd",
            "sasl.kerberos.min.time.before.relogin",
            "sasl.kerberos.service.name",
            "sasl.kerberos.ticket.renew.jitter",
            "sasl.kerberos.ticket.renew.window.factor",
        ),
        _GSSAPI,
    ),
    **dict.fromkeys(
        (
            "sasl.login.connect.timeout.ms",
            "sasl.login.read.timeout.ms",
            "sasl.login.refresh.buffer.seconds",
            "sasl.login.refresh.min.period.seconds",
            "sasl.login.refresh.window.factor",
            "sasl.login.refresh.window.jitter",
            "sasl.login.retry.backoff.max.ms",
            "sasl.login.retry.backoff.ms",
            "sasl.oauthbearer.assertion.algorithm",
            "sasl.oauthbearer.assertion.claim.aud",
            "sasl.oauthbearer.assertion.claim.exp.seconds",
            "sasl.oauthbearer.assertion.claim.iss",
            "sasl.oauthbearer.assertion.claim.jti.include",
            "sasl.oauthbearer.assertion.claim.nbf.seconds",
            "sasl.oauthbearer.assertion.claim.sub",
            "sasl.oauthbearer.assertion.file",
            "sasl.oauthbearer.assertion.private.key.file",
            "sasl.oauthbearer.assertion.private.key.passphrase",
            "sasl.oauthbearer.assertion.template.file",
            "sasl.oauthbearer.client.credentials.client.id",
            "sasl.oauthbearer.client.credentials.client.secret",
            "sasl.oauthbearer.clock.skew.seconds",
            "sasl.oauthbearer.expected.audience",
            "sasl.oauthbearer.expected.issuer",
            "sasl.oauthbearer.header.urlencode",
            "sasl.oauthbearer.jwks.endpoint.refresh.ms",
            "sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms",
            "sasl.oauthbearer.jwks.endpoint.retry.backoff.ms",
            "sasl.oauthbearer.jwks.endpoint.url",
            "sasl.oauthbearer.scope",
            "sasl.oauthbearer.scope.claim.name",
            "sasl.oauthbearer.sub.claim.name",
            "sasl.oauthbearer.token.endpoint.url",
        ),
        _OAUTH,
    ),
    **dict.fromkeys(
        ("sasl.oauthbearer.jwt.retriever.class", "sasl.oauthbearer.jwt.validator.class"), _OAUTH
    ),
}

_COMMON: dict[str, Rule] = {
    **_SECURITY,
    "bootstrap.servers": same("bootstrap.servers"),
    "client.dns.lookup": _names(
        "client.dns.lookup", "use_all_dns_ips", "resolve_canonical_bootstrap_servers_only"
    ),
    "client.id": same("client.id"),
    "config.providers": Refused("set it in the worker's configuration, without a prefix"),
    "connections.max.idle.ms": number("connections.max.idle.ms", 0, INT_MAX),
    "enable.metrics.push": boolean("enable.metrics.push"),
    "metadata.max.age.ms": number("topic.metadata.refresh.interval.ms", 10, 3_600_000),
    "metadata.recovery.rebootstrap.trigger.ms": number(
        "metadata.recovery.rebootstrap.trigger.ms", 0, INT_MAX
    ),
    "metadata.recovery.strategy": _names("metadata.recovery.strategy", "none", "rebootstrap"),
    "metric.reporters": _METRICS,
    "metrics.num.samples": _METRICS,
    "metrics.recording.level": _METRICS,
    "metrics.sample.window.ms": _METRICS,
    "receive.buffer.bytes": number("socket.receive.buffer.bytes", 0, 100_000_000),
    "reconnect.backoff.max.ms": number("reconnect.backoff.max.ms", 0, 3_600_000),
    "reconnect.backoff.ms": number("reconnect.backoff.ms", 0, 3_600_000),
    "request.timeout.ms": number("socket.timeout.ms", 10, 300_000),
    "retry.backoff.max.ms": number("retry.backoff.max.ms", 1, 300_000),
    "retry.backoff.ms": number("retry.backoff.ms", 1, 300_000),
    "send.buffer.bytes": number("socket.send.buffer.bytes", 0, 100_000_000),
    "socket.connection.setup.timeout.max.ms": Dropped("connecting is tried again at a fixed limit"),
    "socket.connection.setup.timeout.ms": number(
        "socket.connection.setup.timeout.ms", 1000, INT_MAX
    ),
}


def _delivery_timeout(key: str, value: str) -> Settings:
    timeout = whole_number(key, value)
    # Connect's own value means for ever, which is 0 in librdkafka
    return {"message.timeout.ms": 0 if timeout >= INT_MAX else max(1, timeout)}


def _buffer_memory(key: str, value: str) -> Settings:
    return {"queue.buffering.max.kbytes": max(1, min(INT_MAX, whole_number(key, value) // 1024))}


def _request_timeout(key: str, value: str) -> Settings:
    timeout = whole_number(key, value)
    return {
        "request.timeout.ms": max(1, min(900_000, timeout)),
        "socket.timeout.ms": max(10, min(300_000, timeout)),
    }


def _acks(key: str, value: str) -> Settings:
    wanted = value.strip().lower()
    if wanted not in ("all", "-1", "0", "1"):
        raise ConfigError(
            f"Invalid value {value} for configuration {key}: String must be one of: all, -1, 0, 1"
        )
    return {"acks": "all" if wanted == "-1" else wanted}


_DEFAULT_PARTITIONERS = frozenset(
    {
        "",
        "org.apache.kafka.clients.producer.internals.DefaultPartitioner",
        "org.apache.kafka.clients.producer.internals.UniformStickyPartitioner",
    }
)


def _ignore_keys(key: str, value: str) -> Settings:
    return {"partitioner": "random"} if truth(key, value) else {}


_PRODUCER: dict[str, Rule] = {
    "acks": Converted(_acks),
    "batch.size": number("batch.size", 1, INT_MAX),
    "buffer.memory": Converted(_buffer_memory),
    "compression.gzip.level": Handled("joined with compression.type"),
    "compression.lz4.level": Handled("joined with compression.type"),
    "compression.zstd.level": Handled("joined with compression.type"),
    "compression.type": _names("compression.type", "none", "gzip", "snappy", "lz4", "zstd"),
    "delivery.timeout.ms": Converted(_delivery_timeout),
    "enable.idempotence": boolean("enable.idempotence"),
    "interceptor.classes": _CODE,
    "key.serializer": _BYTES,
    "linger.ms": number("linger.ms", 0, 900_000),
    "max.block.ms": Handled("a full buffer pauses the task until there is room"),
    "max.in.flight.requests.per.connection": number(
        "max.in.flight.requests.per.connection", 1, 1_000_000
    ),
    "max.request.size": number("message.max.bytes", 1000, 1_000_000_000),
    "metadata.max.idle.ms": Dropped("metadata of unused topics is small"),
    "partitioner.adaptive.partitioning.enable": Dropped("rows without key are spread evenly"),
    "partitioner.availability.timeout.ms": Dropped("rows without key are spread evenly"),
    "partitioner.class": Refused(_CODE.sentence, _DEFAULT_PARTITIONERS),
    "partitioner.ignore.keys": Converted(_ignore_keys),
    "request.timeout.ms": Converted(_request_timeout),
    "retries": number("retries", 0, INT_MAX),
    "transaction.timeout.ms": number("transaction.timeout.ms", 1000, INT_MAX),
    "transaction.two.phase.commit.enable": Refused(
        "two-phase commit is not offered: remove it", frozenset({"", "false"})
    ),
    "transactional.id": same("transactional.id"),
    "value.serializer": _BYTES,
}

_ASSIGNORS = {
    "RangeAssignor": "range",
    "RoundRobinAssignor": "roundrobin",
    "CooperativeStickyAssignor": "cooperative-sticky",
}


def _assignors(key: str, value: str) -> Settings:
    names = [name.strip().rpartition(".")[2] for name in value.split(",") if name.strip()]
    unknown = [name for name in names if name not in _ASSIGNORS]
    if unknown or not names:
        raise ConfigError(
            f"Invalid value {value} for configuration {key}: use one or more of "
            f"{', '.join(_ASSIGNORS)} (of org.apache.kafka.clients.consumer)"
        )
    wanted = [_ASSIGNORS[name] for name in names]
    eager = [name for name in wanted if name != "cooperative-sticky"]
    # librdkafka mixes no eager with cooperative ones; Java with both runs the eager protocol
    return {key: ",".join(eager or wanted)}


def _offset_reset(key: str, value: str) -> Settings:
    wanted = value.strip().lower()
    known = {"earliest": "earliest", "latest": "latest", "none": "error"}
    if wanted not in known:
        raise ConfigError(
            f"Invalid value {value} for configuration {key}: use earliest, latest or none"
        )
    return {key: known[wanted]}


_CONSUMER: dict[str, Rule] = {
    "allow.auto.create.topics": boolean("allow.auto.create.topics"),
    "auto.commit.interval.ms": Handled("offsets are committed by the task"),
    "auto.offset.reset": Converted(_offset_reset),
    "check.crcs": boolean("check.crcs"),
    "client.rack": same("client.rack"),
    "default.api.timeout.ms": Dropped("calls wait as long as the task may"),
    "enable.auto.commit": Handled("offsets are committed by the task"),
    "exclude.internal.topics": Handled("topics.regex never matches Kafka's own topics"),
    "fetch.max.bytes": number("fetch.max.bytes", 0, 2_147_483_135),
    "fetch.max.wait.ms": number("fetch.wait.max.ms", 0, 300_000),
    "fetch.min.bytes": number("fetch.min.bytes", 0, INT_MAX),
    "group.id": same("group.id"),
    "group.instance.id": same("group.instance.id"),
    "group.protocol": _names("group.protocol", "classic", "consumer"),
    "group.remote.assignor": same("group.remote.assignor"),
    "heartbeat.interval.ms": number("heartbeat.interval.ms", 1, 3_600_000),
    "interceptor.classes": _CODE,
    "internal.throw.on.fetch.stable.offset.unsupported": Dropped("it is internal to Java's client"),
    "isolation.level": _names("isolation.level", "read_uncommitted", "read_committed"),
    "key.deserializer": _BYTES,
    "max.partition.fetch.bytes": number("max.partition.fetch.bytes", 1, 1_000_000_000),
    "max.poll.interval.ms": number("max.poll.interval.ms", 1, 86_400_000),
    "max.poll.records": Handled("the largest number of rows offered to a task at once"),
    "partition.assignment.strategy": Converted(_assignors),
    "session.timeout.ms": number("session.timeout.ms", 1, 3_600_000),
    "share.acknowledgement.mode": _SHARE,
    "share.acquire.mode": _SHARE,
    "value.deserializer": _BYTES,
}

_ADMIN: dict[str, Rule] = {
    "bootstrap.controllers": Refused("set bootstrap.servers: controllers are not asked directly"),
    "default.api.timeout.ms": _RETRY,
    "retries": _RETRY,
}

_TABLE: dict[Kind, dict[str, Rule]] = {
    Kind.PRODUCER: _COMMON | _PRODUCER,
    Kind.CONSUMER: _COMMON | _CONSUMER,
    Kind.ADMIN: _COMMON | _ADMIN,
}


def rules(kind: Kind) -> Mapping[str, Rule]:
    """Return what becomes of each Java key of a kind of client."""
    return _TABLE[kind]

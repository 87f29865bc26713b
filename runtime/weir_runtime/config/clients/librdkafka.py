"""Turns a Java-named client config into librdkafka's settings."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from weir_runtime.api.errors import ConfigError
from weir_runtime.config.clients import rule, security, table
from weir_runtime.config.clients.rule import Settings
from weir_runtime.config.clients.table import Kind

_logger = logging.getLogger(__name__)
_logged: set[tuple[Kind, str]] = set()

_DEFAULTS: dict[Kind, Settings] = {
    Kind.PRODUCER: {
        # Java's, where librdkafka's own differ
        "partitioner": "murmur2_random",
        "message.max.bytes": 1_048_576,
        "queue.buffering.max.kbytes": 32_768,
        "acks": "all",
        "max.in.flight.requests.per.connection": 5,
        "message.timeout.ms": 120_000,
        # small rows: bytes are what bounds the queue, rows keep its overhead in sight
        "queue.buffering.max.messages": 200_000,
    },
    Kind.CONSUMER: {
        "isolation.level": "read_uncommitted",
        "auto.offset.reset": "latest",
        "allow.auto.create.topics": True,
        "check.crcs": True,
        "partition.assignment.strategy": "range",
        # 16 MiB read ahead instead of 64 for each consumer
        "queued.max.messages.kbytes": 16_384,
        # a full local queue is looked at again after 5 ms, not after a second
        "fetch.queue.backoff.ms": 5,
    },
    Kind.ADMIN: {},
}

_FIXED: dict[Kind, Settings] = {
    Kind.PRODUCER: {},
    Kind.CONSUMER: {
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "enable.partition.eof": False,
    },
    Kind.ADMIN: {},
}

_LEVELS = {"gzip": (-1, 9), "lz4": (0, 12), "zstd": (-1, 12)}

_CLASSIC_ONLY = ("partition.assignment.strategy", "session.timeout.ms", "heartbeat.interval.ms")


@dataclass(frozen=True, slots=True)
class Translation:
    """What became of a config.

    Attributes:
        settings: what librdkafka gets.
        dropped: by key, why it was left out.
        unknown: keys that no Java client knows; left out as well.
    """

    settings: Settings
    dropped: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


def to_librdkafka(kind: str, config: Mapping[str, str]) -> Settings:
    """Return librdkafka's settings for a Java-named config; what is left out is logged once.

    Raises:
        ConfigError: a value cannot be honoured; the message names the key and what to do.
    """
    wanted = Kind(kind)
    result = translate(wanted, config)
    for key, why in result.dropped.items():
        if (wanted, key) not in _logged:
            _logged.add((wanted, key))
            _logger.info("The %s setting %s is left out: %s", wanted, key, why)
    for key in result.unknown:
        if (wanted, key) not in _logged:
            _logged.add((wanted, key))
            _logger.warning("The %s setting %s is unknown and left out", wanted, key)
    return result.settings


def translate(kind: Kind, config: Mapping[str, str]) -> Translation:
    """Return what becomes of each key of a Java-named config.

    Raises:
        ConfigError: a value cannot be honoured; the message names the key and what to do.
    """
    rules = table.rules(kind)
    settings: Settings = {
        **_DEFAULTS[kind],
        "log.connection.close": False,
        "socket.keepalive.enable": True,
    }
    dropped: dict[str, str] = {}
    unknown = []
    for key, value in config.items():
        found = rules.get(key)
        if found is None:
            unknown.append(key)
        elif isinstance(found, rule.Dropped):
            dropped[key] = found.why
        else:
            settings |= _applied(found, key, value)
    settings |= _secured(security.parse(config))
    if kind is Kind.PRODUCER:
        settings |= _compression(config)
    if kind is Kind.CONSUMER:
        _fit_fetch(settings)
        _fit_group(settings)
    return Translation(settings | _FIXED[kind], dropped, tuple(unknown))


def _applied(found: rule.Rule, key: str, value: str) -> Settings:
    match found:
        case rule.Renamed(to):
            return {to: value}
        case rule.Converted(convert):
            return convert(key, value)
        case rule.Refused(sentence, harmless) if value.strip() not in harmless:
            raise ConfigError(f"The client setting {key} is refused: {sentence}")
        case _:
            return {}


def _compression(config: Mapping[str, str]) -> Settings:
    codec = config.get("compression.type", "none").strip().lower()
    key = f"compression.{codec}.level"
    if codec not in _LEVELS or key not in config:
        return {}
    low, high = _LEVELS[codec]
    return {"compression.level": max(low, min(high, rule.whole_number(key, config[key])))}


def _fit_fetch(settings: Settings) -> None:
    """Keep the sizes in the order that librdkafka insists on."""
    fetch = int(settings.get("fetch.max.bytes", 52_428_800))
    settings["message.max.bytes"] = max(1000, min(1_000_000, fetch))
    if fetch < 1000:
        settings["fetch.max.bytes"] = 1000
    settings["receive.message.max.bytes"] = max(100_000_000, min(fetch + 512, table.INT_MAX))


def _fit_group(settings: Settings) -> None:
    if settings.get("group.protocol") == "consumer":
        # the broker decides on these in the new protocol, and librdkafka refuses them
        for key in _CLASSIC_ONLY:
            settings.pop(key, None)
        return
    session = int(settings.get("session.timeout.ms", 45_000))
    poll = math.ceil(int(settings.get("max.poll.interval.ms", 300_000)))
    settings["max.poll.interval.ms"] = max(session, poll)


def _secured(secured: security.Security) -> Settings:
    settings: Settings = {"security.protocol": secured.protocol.lower()}
    if secured.protocol.sasl and secured.password is not None:
        settings["sasl.mechanism"] = secured.mechanism or ""
        settings["sasl.username"] = secured.username or ""
        settings["sasl.password"] = secured.password.reveal()
    if not secured.protocol.tls:
        return settings
    settings["ssl.endpoint.identification.algorithm"] = (
        "https" if secured.verify_hostname else "none"
    )
    if secured.trust is not None:
        settings["ssl.ca.pem"] = secured.trust.certificates
    own = secured.identity
    if own is not None:
        settings["ssl.certificate.pem"] = own.chain
        settings["ssl.key.pem"] = own.key.reveal()
        if own.password is not None:
            settings["ssl.key.password"] = own.password.reveal()
    return settings

"""Java-named client config as what aiokafka takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from weir_runtime.api.errors import ConfigError
from weir_runtime.kafka.control import tls

# Java's own pattern (ClientUtils.parseAndValidateAddresses), so that `PLAINTEXT://h:1` is taken
_ADDRESS = re.compile(r"^(?:[a-zA-Z][a-zA-Z\d+.-]*://)?\[?([0-9a-zA-Z\-%._:]+?)\]?:(\d+)$")


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """What every control client of a worker shares; times in milliseconds, as Kafka names them.

    Attributes:
        bootstrap: addresses as `host:port`.
        fetch_wait_ms: how long a broker may hold a fetch back while there is nothing to give. A
            real one answers at once when there is; the embedded one does not, and needs some ms.
        security: keyword arguments of aiokafka for TLS and SASL.
    """

    bootstrap: tuple[str, ...]
    client_id: str = "weir"
    request_timeout_ms: int = 40_000
    retry_backoff_ms: int = 100
    metadata_max_age_ms: int = 300_000
    connections_max_idle_ms: int = 540_000
    max_request_bytes: int = 1_048_576
    fetch_wait_ms: int = 2_000
    security: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_config(cls, config: Mapping[str, str]) -> ClientSettings:
        """Return the settings of a Java-named config; other keys are not looked at.

        Raises:
            ConfigError: an address, a number, or a TLS or SASL setting is wrong.
        """
        numbers = {
            name: _number(config, key)
            for name, key in (
                ("request_timeout_ms", "request.timeout.ms"),
                ("retry_backoff_ms", "retry.backoff.ms"),
                ("metadata_max_age_ms", "metadata.max.age.ms"),
                ("connections_max_idle_ms", "connections.max.idle.ms"),
                ("max_request_bytes", "max.request.size"),
            )
            if config.get(key, "").strip()
        }
        return cls(
            bootstrap=addresses(config.get("bootstrap.servers", "")),
            client_id=config.get("client.id", "").strip() or "weir",
            security=tls.keywords(config),
            **numbers,
        )

    def keywords(self) -> dict[str, Any]:
        """Return the arguments that client, producer and consumer of aiokafka share."""
        return {
            "bootstrap_servers": list(self.bootstrap),
            "client_id": self.client_id,
            "request_timeout_ms": self.request_timeout_ms,
            "retry_backoff_ms": self.retry_backoff_ms,
            "metadata_max_age_ms": self.metadata_max_age_ms,
            "connections_max_idle_ms": self.connections_max_idle_ms,
            **self.security,
        }


def addresses(text: str) -> tuple[str, ...]:
    """Return the addresses of a `bootstrap.servers` value.

    Raises:
        ConfigError: there are none, or one is not `host:port`.
    """
    found = []
    for part in filter(None, (item.strip() for item in text.split(","))):
        match = _ADDRESS.match(part)
        if match is None or not 0 < int(match[2]) < 65_536:
            raise ConfigError(f"Invalid url in bootstrap.servers: {part}")
        host = f"[{match[1]}]" if ":" in match[1] else match[1]
        found.append(f"{host}:{match[2]}")
    if not found:
        raise ConfigError("No resolvable bootstrap urls given in bootstrap.servers")
    return tuple(found)


def _number(config: Mapping[str, str], key: str) -> int:
    try:
        return int(config[key])
    except ValueError:
        raise ConfigError(
            f"Invalid value {config[key]} for configuration {key}: Not a number of type INT"
        ) from None

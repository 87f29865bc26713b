"""The worker's own Kafka clients and the defaults of its connectors' clients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from weir_runtime.api.config import Config, Opt
from weir_runtime.config.worker import client_key

PREFIXES = ("producer.", "consumer.", "admin.")


class ClientConfig(Config):
    """Client keys that the worker itself looks at; the others go to the clients as they are."""

    bootstrap_servers: list[str] = Opt(
        doc="Brokers, `host:port` each; `memory://` starts an embedded broker for demos.",
        min_length=1,
    )
    client_id: str = Opt("", doc="Part of the ids of all clients of this worker.")
    client_dns_lookup: Literal["use_all_dns_ips", "resolve_canonical_bootstrap_servers_only"] = Opt(
        "use_all_dns_ips", doc="How names of brokers are looked up."
    )
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Opt(
        "PLAINTEXT", doc="Protocol to the brokers.", ignore_case=True
    )
    request_timeout_ms: int = Opt(40000, doc="Longest wait for a broker's answer, in ms.", ge=0)
    retry_backoff_ms: int = Opt(
        100, doc="First wait before a request is repeated, in ms.", kind="long", ge=0
    )
    retry_backoff_max_ms: int = Opt(
        1000, doc="Longest wait before a request is repeated, in ms.", kind="long", ge=0
    )
    reconnect_backoff_ms: int = Opt(
        50, doc="First wait before connecting again, in ms.", kind="long", ge=0
    )
    reconnect_backoff_max_ms: int = Opt(
        1000, doc="Longest wait before connecting again, in ms.", kind="long", ge=0
    )
    connections_max_idle_ms: int = Opt(
        540000, doc="Time after which an idle connection is closed, in ms.", kind="long"
    )
    metadata_max_age_ms: int = Opt(
        300000, doc="Age at which metadata are read again, in ms.", kind="long", ge=0
    )
    metadata_recovery_strategy: Literal["rebootstrap", "none"] = Opt(
        "rebootstrap", doc="What to do when no known broker answers.", ignore_case=True
    )
    metadata_recovery_rebootstrap_trigger_ms: int = Opt(
        300000, doc="Time without metadata before starting over, in ms.", kind="long", ge=0
    )
    send_buffer_bytes: int = Opt(131072, doc="Socket buffer for sending, or -1.", ge=-1)
    receive_buffer_bytes: int = Opt(32768, doc="Socket buffer for receiving, or -1.", ge=-1)
    socket_connection_setup_timeout_ms: int = Opt(
        10000, doc="First time limit of connecting, in ms.", kind="long", ge=0
    )
    socket_connection_setup_timeout_max_ms: int = Opt(
        30000, doc="Longest time limit of connecting, in ms.", kind="long", ge=0
    )

    @property
    def is_embedded(self) -> bool:
        """Tell whether the broker is the embedded one."""
        return self.bootstrap_servers[0].startswith("memory:")


def own(properties: Mapping[str, str]) -> dict[str, str]:
    """Return the unprefixed client keys, which the worker's own clients are made with."""
    return {key: value for key, value in properties.items() if key in client_key.WORKER}


def prefixed(prefix: str, properties: Mapping[str, str]) -> dict[str, str]:
    """Return the keys below a prefix (`producer.`), the prefix taken off."""
    return {
        key.removeprefix(prefix): value
        for key, value in properties.items()
        if key.startswith(prefix) and key != prefix
    }

"""What a connector may override of its clients' settings.

Source: KIP-458; org.apache.kafka.connect.connector.policy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from weir_runtime.api.errors import ConfigError
from weir_runtime.config.clients.table import Kind

_PACKAGE = "org.apache.kafka.connect.connector.policy."
_SUFFIX = "ConnectorClientConfigOverridePolicy"
_NAMES = ("All", "None", "Principal", "Allowlist")

ALLOWLIST_KEY = "connector.client.config.override.allowlist"
POLICY_KEY = "connector.client.config.override.policy"

PRINCIPAL = frozenset({"sasl.jaas.config", "sasl.mechanism", "security.protocol"})
"""What the policy Principal allows."""

TUNING = (
    # producers
    "acks", "batch.size", "linger.ms", "compression.type", "compression.*.level", "buffer.memory",
    "max.request.size", "max.block.ms", "delivery.timeout.ms", "request.timeout.ms", "retries",
    "retry.backoff.ms", "retry.backoff.max.ms", "max.in.flight.requests.per.connection",
    "enable.idempotence", "transaction.timeout.ms",
    # consumers
    "fetch.min.bytes", "fetch.max.bytes", "fetch.max.wait.ms", "max.partition.fetch.bytes",
    "max.poll.records", "max.poll.interval.ms", "session.timeout.ms", "heartbeat.interval.ms",
    "auto.offset.reset", "isolation.level", "group.id", "group.instance.id",
    "partition.assignment.strategy", "allow.auto.create.topics",
    # all
    "client.id", "client.rack", "metadata.max.age.ms", "connections.max.idle.ms",
    "reconnect.backoff.ms", "reconnect.backoff.max.ms",
)  # fmt: skip
"""What may be overridden where the worker says nothing: keys that only tune."""

_LOADS_OR_READS = re.compile(
    r"(^|[._])(location|file|path|paths|url|urls|class|classes|cmd|engine|callback|cb|plugin"
    r"|keytab|interceptors|providers|reporters|stores)([._]|$)"
)
_NEVER = frozenset(
    {
        # answers come from a link-local address that only the worker should ask
        "sasl.oauthbearer.metadata.authentication.type",
        "sasl.oauthbearer.config",
        "opaque",
        "ssl_engine_callback_data",
    }
)


def is_never_allowed(key: str) -> bool:
    """Return True for a client key that loads code, reads files or names a URL."""
    return key in _NEVER or _LOADS_OR_READS.search(key.lower()) is not None


@dataclass(frozen=True, slots=True)
class OverridePolicy:
    """One policy; `allowed` are client keys or patterns of them, None for all."""

    name: str
    allowed: tuple[str, ...] | None

    def allows(self, key: str) -> bool:
        """Return whether a connector may set this client key."""
        if is_never_allowed(key):
            return False
        return self.allowed is None or any(fnmatchcase(key, entry) for entry in self.allowed)

    def refusals(self, connector_config: Mapping[str, str]) -> dict[str, str]:
        """Return, by the connector's key, why it is refused."""
        found = {}
        for full_key in connector_config:
            for kind in Kind:
                prefix = f"{kind}.override."
                key = full_key.removeprefix(prefix)
                if full_key.startswith(prefix) and not self.allows(key):
                    found[full_key] = self._sentence(key)
        return found

    def _sentence(self, key: str) -> str:
        refusal = (
            f"The '{self.name}' policy does not allow '{key}' to be overridden in the connector "
            "configuration."
        )
        return f"{refusal} {self._hint(key)}"

    def _hint(self, key: str) -> str:
        if is_never_allowed(key):
            return (
                "It would load code, read files or call a URL in the worker, so no policy allows "
                "it: set it in the worker's configuration"
            )
        if self.name == "Allowlist":
            return f"To allow it, add it to {ALLOWLIST_KEY} in the worker's configuration"
        return f"To allow it, set {POLICY_KEY} to All or Allowlist in the worker's configuration"


def from_worker(policy: str | None, allowlist: Iterable[str] | None) -> OverridePolicy:
    """Return the policy that a worker's two keys ask for; None where a key is not set.

    Without any key, tuning is allowed. A policy is named as Java names it: short, or its class.

    Raises:
        ConfigError: there is no such policy.
    """
    name = _short(policy) if policy is not None else "Allowlist"
    if name not in _NAMES:
        raise ConfigError(
            f"Invalid value {policy} for configuration {POLICY_KEY}: use {', '.join(_NAMES)}"
        )
    if name == "All":
        return OverridePolicy(name, None)
    if name == "Principal":
        return OverridePolicy(name, tuple(sorted(PRINCIPAL)))
    if name == "None":
        return OverridePolicy(name, ())
    listed = None if allowlist is None else tuple(key.strip() for key in allowlist if key.strip())
    if listed is None:
        # as Java: Allowlist by name and without a list allows nothing
        listed = TUNING if policy is None else ()
    return OverridePolicy(name, listed)


def _short(policy: str) -> str:
    return policy.strip().removeprefix(_PACKAGE).removesuffix(_SUFFIX)

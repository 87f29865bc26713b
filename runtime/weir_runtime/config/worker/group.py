"""Membership in the group of workers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from weir_runtime.api.config import Config, Opt
from weir_runtime.api.validator import Check, Distinct, each, printable
from weir_runtime.api.value import invalid

INT_MAX = 2**31 - 1
_HMACS = {
    f"HMAC{name.upper()}": hashed
    for name, hashed in {
        "MD5": "md5",
        "SHA1": "sha1",
        "SHA224": "sha224",
        "SHA256": "sha256",
        "SHA384": "sha384",
        "SHA512": "sha512",
    }.items()
    if hashed in hashlib.algorithms_available
}


def digest(algorithm: str) -> str:
    """Return hashlib's name of the hash in a Java MAC algorithm, such as HmacSHA256."""
    return _HMACS[algorithm.upper()]


def _hmac(name: str, value: Any) -> str | None:
    if value is None or value.upper() in _HMACS:
        return None
    return invalid(name, value, f"use one of {', '.join(_HMACS)}")


def _hmacs(name: str, value: Any) -> str | None:
    errors = [_hmac(name, item) for item in value or ()]
    return next((error for error in errors if error is not None), None)


class GroupConfig(Config):
    """Keys of the group of a distributed worker."""

    group_id: Annotated[str, Check(printable)] = Opt(
        doc="Name of the group; workers of one group share connectors. No sink's consumer group "
        "may have it."
    )
    session_timeout_ms: int = Opt(
        6000, doc="Time without heartbeats after which a worker counts as gone, in ms.", ge=1
    )
    heartbeat_interval_ms: int = Opt(1000, doc="Time between heartbeats, in ms.", ge=1)
    rebalance_timeout_ms: int = Opt(
        60000, doc="Time that all workers have to rejoin in a rebalance, in ms.", ge=1
    )
    worker_sync_timeout_ms: int = Opt(
        3000, doc="Time to catch up with the config topic, in ms.", ge=0
    )
    worker_unsync_backoff_ms: int = Opt(
        300000, doc="Wait after failing to catch up with the config topic, in ms.", ge=0
    )
    scheduled_rebalance_max_delay_ms: int = Opt(
        300000,
        doc="Time that the work of a worker that crashed waits for its return, in ms. Unless set, "
        "it is handed over at once.",
        ge=0,
        le=INT_MAX,
    )
    connect_protocol: Literal["eager", "compatible", "sessioned"] = Opt(
        "sessioned", doc="Protocol of the group.", ignore_case=True
    )
    inter_worker_key_ttl_ms: int = Opt(
        3600000, doc="Age at which the session key is replaced, in ms.", ge=0, le=INT_MAX
    )
    inter_worker_key_generation_algorithm: Annotated[str, Check(_hmac)] = Opt(
        "HmacSHA256", doc="Algorithm that session keys are made for."
    )
    inter_worker_key_size: int | None = Opt(
        None, doc="Size of session keys in bits; unset, the algorithm's own.", ge=8
    )
    inter_worker_signature_algorithm: Annotated[str, Check(_hmac)] = Opt(
        "HmacSHA256", doc="Algorithm that requests between workers are signed with."
    )
    inter_worker_verification_algorithms: Annotated[
        list[str], Check(each(Distinct(empty_allowed=False), _hmacs))
    ] = Opt(["HmacSHA256"], doc="Algorithms that signed requests are accepted with.")
    exactly_once_source_support: Literal["disabled", "preparing", "enabled"] = Opt(
        "disabled", doc="Whether sources write exactly once.", ignore_case=True
    )

    @property
    def takeover_delay_ms(self) -> int:
        """Return how long the work of a crashed worker waits; 0 unless the key is set."""
        is_set = "scheduled_rebalance_max_delay_ms" in self.model_fields_set
        return self.scheduled_rebalance_max_delay_ms if is_set else 0

    def conflicts(self) -> list[str]:
        """Return what the keys of this concern do not agree on."""
        found = []
        if self.heartbeat_interval_ms >= self.session_timeout_ms:
            reason = f"must be below session.timeout.ms ({self.session_timeout_ms})"
            found.append(invalid("heartbeat.interval.ms", self.heartbeat_interval_ms, reason))
        signature = self.inter_worker_signature_algorithm
        accepted = self.inter_worker_verification_algorithms
        if signature.upper() not in {item.upper() for item in accepted}:
            reason = f"must be in inter.worker.verification.algorithms ({','.join(accepted)})"
            found.append(invalid("inter.worker.signature.algorithm", signature, reason))
        return found


def with_timeouts(properties: Mapping[str, str]) -> dict[str, str]:
    """Return properties where the two timeouts of a session fit together.

    A worker that sets only one of them meant it against Java's defaults (10000 and 3000), which
    ours are below.
    """
    session = properties.get("session.timeout.ms", "")
    heartbeat = properties.get("heartbeat.interval.ms", "")
    added = {}
    if heartbeat and not session:
        added["session.timeout.ms"] = "10000"
    elif session.strip().isdecimal() and not heartbeat:
        added["heartbeat.interval.ms"] = str(max(1, min(1000, int(session) // 3)))
    return {**properties, **added}

"""Keys that Connect does not have."""

from __future__ import annotations

from typing import Annotated, Literal

from weir_runtime.api.config import Config, Opt
from weir_runtime.api.validator import Check, Distinct, each
from weir_runtime.api.value import invalid
from weir_runtime.config.worker import listener


class ExtensionConfig(Config):
    """Our own keys."""

    compat_strict: bool = Opt(
        False,
        doc="Answer malformed requests, equal PUTs and a PATCH of `name` as Java Connect does.",
    )
    executor_isolation: Literal["shared", "connector"] = Opt(
        "shared",
        doc="Whether connectors share processes, or each has processes of its own.",
        ignore_case=True,
    )
    executor_max_count: int | None = Opt(
        None, doc="Most processes that connectors share; unset, one per core.", ge=1
    )
    metrics_listeners: Annotated[
        list[str], Check(each(Distinct(empty_allowed=True, null_allowed=False), listener.urls))
    ] = Opt(
        [],
        doc="URLs that serve Prometheus metrics at /metrics, such as http://:9404; unset, nobody "
        "does. https takes its certificate from `listeners.https.*`.",
    )
    metrics_names: list[Literal["confluent", "strimzi"]] = Opt(
        ["confluent", "strimzi"],
        doc="Whose JMX exporter rules name what Connect measures; with both each such series is "
        "there twice, so that either's dashboards work.",
    )
    log_format: Literal["text", "json"] = Opt(
        "text",
        doc="How the log is written; the variable WEIR_LOG_FORMAT comes first.",
        ignore_case=True,
    )
    rest_request_timeout_ms: int = Opt(
        90000, doc="Time after which a request is answered with a timeout, in ms.", ge=1
    )
    rest_health_timeout_ms: int = Opt(
        10000, doc="Time after which `/health` answers that the worker is unhealthy, in ms.", ge=1
    )
    rest_auth_credentials_file: str | None = Opt(
        None,
        doc="Properties file with the users that may call REST, `user=password`; set, everybody "
        "has to log in.",
    )
    rest_hosts_allowed: list[str] = Opt(
        [],
        doc="Names that clients may call REST by; empty allows all, but browsers may call a "
        "loopback address without login only by this machine's own names.",
    )
    rest_body_max_bytes: int = Opt(
        1 << 20, doc="Largest body of a request; beyond it 413.", ge=1024, le=1 << 30
    )
    rest_body_timeout_ms: int = Opt(
        6000, doc="Time in which the whole body of a request has to arrive, in ms.", ge=1
    )
    rest_idle_timeout_ms: int = Opt(
        5000,
        doc="Time after which a connection is closed that has sent no request, or half of its "
        "headers, in ms.",
        ge=1,
    )
    rest_write_timeout_ms: int = Opt(
        8000, doc="Time after which a client is cut that does not read its answer, in ms.", ge=1
    )
    rest_connections_max: int = Opt(1000, doc="Open connections of a listener.", ge=1)
    rest_connections_max_per_client: int = Opt(
        250, doc="Open connections of one address (IPv6: one /64) to a listener.", ge=1
    )
    rest_refusals_per_second: int = Opt(
        200,
        doc="Refused requests of one address that are answered at once; beyond it answers are held "
        "back. Each 8 KiB of a body count like one.",
        ge=1,
    )

    def conflicts(self) -> list[str]:
        """Return what is asked for and not there."""
        if not self.compat_strict:
            return []
        return [invalid("compat.strict", True, "is not supported yet; remove the key")]

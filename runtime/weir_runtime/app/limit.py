"""From a worker's keys to what REST puts up with, and how many files the process may open."""

from __future__ import annotations

import dataclasses
import resource
from typing import Final

from weir_runtime.config.worker import WorkerConfig
from weir_runtime.config.worker.header import parse
from weir_runtime.rest.auth.basic import BasicAuth
from weir_runtime.rest.settings import Settings

FILES: Final = 65536

HEALTH_GRACE_S: Final = 1.0
"""What the herder has beyond its own limit of `/health`: only it can tell what it is busy with."""


def limited(settings: Settings, config: WorkerConfig, auth: BasicAuth | None) -> Settings:
    """Return the settings of the REST server with limits, headers and login of the config."""
    keys = config.extension
    return dataclasses.replace(
        settings,
        auth=auth,
        headers=parse(config.listener.response_http_headers_config),
        hosts=tuple(keys.rest_hosts_allowed),
        keepalive_timeout_s=keys.rest_idle_timeout_ms / 1000,
        body_timeout_s=keys.rest_body_timeout_ms / 1000,
        health_timeout_s=keys.rest_health_timeout_ms / 1000 + HEALTH_GRACE_S,
        write_timeout_s=keys.rest_write_timeout_ms / 1000,
        body_limit=keys.rest_body_max_bytes,
        connection_limit=keys.rest_connections_max,
        client_limit=keys.rest_connections_max_per_client,
        refusal_rate=float(keys.rest_refusals_per_second),
    )


def raise_open_files() -> None:
    """Let the process open as many files as the system lets it, as a JVM does.

    The usual 1024 are too few for a thousand clients and the tasks beside them.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))

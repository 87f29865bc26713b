"""The config of one client: runtime defaults, then the worker's prefix, then the connector's.

Source: org.apache.kafka.connect.runtime.Worker (baseProducerConfigs and its siblings).
"""

from __future__ import annotations

from collections.abc import Mapping

from weir_runtime.config.clients import table
from weir_runtime.config.clients.table import Kind

LONG_MAX = 2**63 - 1


def overrides(kind: Kind | str, connector_config: Mapping[str, str]) -> dict[str, str]:
    """Return a connector's overrides of a kind of client, the prefix taken off."""
    return _prefixed(f"{kind}.override.", connector_config)


def producer_config(
    worker_props: Mapping[str, str], connector: str, task: int, overrides: Mapping[str, str]
) -> dict[str, str]:
    """Return the Java-named config of a source task's producer.

    `overrides` are client keys that a policy has let pass.
    """
    return {
        **_bootstrap(worker_props),
        "client.id": f"connector-producer-{connector}-{task}",
        "acks": "all",
        "enable.idempotence": "false",
        "max.in.flight.requests.per.connection": "1",
        "max.block.ms": str(LONG_MAX),
        "delivery.timeout.ms": str(table.INT_MAX),
        **_prefixed("producer.", worker_props),
        **overrides,
    }


def consumer_config(
    worker_props: Mapping[str, str], connector: str, task: int, overrides: Mapping[str, str]
) -> dict[str, str]:
    """Return the Java-named config of a sink task's consumer.

    `overrides` are client keys that a policy has let pass.
    """
    return {
        **_bootstrap(worker_props),
        "client.id": f"connector-consumer-{connector}-{task}",
        "group.id": sink_group(connector),
        "auto.offset.reset": "earliest",
        **_prefixed("consumer.", worker_props),
        **overrides,
        "enable.auto.commit": "false",
    }


def admin_config(
    worker_props: Mapping[str, str],
    connector: str,
    task: int | None,
    overrides: Mapping[str, str],
) -> dict[str, str]:
    """Return the Java-named config of an admin client; `task` None is for a whole connector.

    Unlike producers and consumers it inherits the worker's own client keys.
    """
    known = table.rules(Kind.ADMIN)
    inherited = {key: value for key, value in worker_props.items() if key in known}
    client_id = (
        f"connector-worker-adminclient-{connector}"
        if task is None
        else f"connector-adminclient-{connector}-{task}"
    )
    return {
        **inherited,
        "client.id": client_id,
        **_prefixed("admin.", worker_props),
        **overrides,
    }


def sink_group(connector: str) -> str:
    """Return the consumer group of a sink connector that does not override it."""
    return f"connect-{connector}"


def _bootstrap(worker_props: Mapping[str, str]) -> dict[str, str]:
    servers = worker_props.get("bootstrap.servers")
    return {} if servers is None else {"bootstrap.servers": servers}


def _prefixed(prefix: str, config: Mapping[str, str]) -> dict[str, str]:
    return {
        key.removeprefix(prefix): value for key, value in config.items() if key.startswith(prefix)
    }

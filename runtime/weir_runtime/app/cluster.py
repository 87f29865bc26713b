"""The Kafka cluster behind a worker: reached within a bound, real or embedded."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from weir_runtime.aio.clock import Clock
from weir_runtime.api.errors import ConfigError, RetriableError
from weir_runtime.config.tls.live import LiveContext
from weir_runtime.kafka import embedded
from weir_runtime.kafka.control.admin import KafkaAdmin
from weir_runtime.kafka.control.connection import Connection
from weir_runtime.kafka.control.settings import ClientSettings

log = logging.getLogger(__name__)

REACH_S = 30.0
"""How long a worker tries to reach its cluster before it ends with one clear line."""

PAUSE_S = 2.0

_EMBEDDED = {"consumer.session.timeout.ms": "6000", "consumer.heartbeat.interval.ms": "500"}
# the mock holds a sink's rebalance back until a session is over: 45 s with the usual setting


@dataclass(frozen=True, slots=True)
class Cluster:
    """A reached cluster.

    Attributes:
        properties: the worker's, with the embedded broker's address in place of `memory://`.
        broker: the embedded broker, None for a real cluster.
    """

    properties: Mapping[str, str]
    settings: ClientSettings
    connection: Connection
    admin: KafkaAdmin
    broker: embedded.EmbeddedBroker | None

    @property
    def contexts(self) -> list[LiveContext]:
        """Return what the control clients connect with, if that is TLS."""
        found = self.settings.security.get("ssl_context")
        return [found] if isinstance(found, LiveContext) else []


@asynccontextmanager
async def reached(
    properties: Mapping[str, str], *, client_id: str, clock: Clock
) -> AsyncIterator[Cluster]:
    """Reach the cluster of a worker, starting an embedded broker where that is asked for.

    Raises:
        ConfigError: the addresses are malformed, or no broker answered within `REACH_S`.
    """
    broker = None
    if properties["bootstrap.servers"].startswith("memory:"):
        broker = await embedded.start()
        properties = {**_EMBEDDED, **properties, "bootstrap.servers": broker.bootstrap}
        log.warning(
            "The broker is embedded and for demos only: its topics are gone when the worker ends, "
            "nothing is compacted, and requests that change offsets of sinks answer 501"
        )
    try:
        settings = ClientSettings.from_config({**properties, "client.id": client_id})
        connection = await _connect(settings, properties["bootstrap.servers"], clock)
        try:
            yield Cluster(properties, settings, connection, KafkaAdmin(connection), broker)
        finally:
            await connection.close()
    finally:
        if broker is not None:
            await broker.stop()


async def _connect(settings: ClientSettings, servers: str, clock: Clock) -> Connection:
    deadline = clock.monotonic() + REACH_S
    connection = Connection(settings)
    while True:
        try:
            async with asyncio.timeout(max(0.1, deadline - clock.monotonic())):
                await connection.start()
        except (RetriableError, TimeoutError) as error:
            left_s = deadline - clock.monotonic()
            reason = str(error) or f"No broker of bootstrap.servers={servers} answers in time"
            if left_s <= PAUSE_S:
                raise ConfigError(f"{reason}; tried for {REACH_S:g} s") from error
            log.warning(
                "No broker answers; trying again",
                extra={"bootstrap.servers": servers, "left_s": round(left_s), "cause": reason},
            )
            await clock.sleep(PAUSE_S)
        else:
            return connection

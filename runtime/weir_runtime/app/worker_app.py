"""One worker from start to end: listeners, cluster, stores, herder; stopped the other way."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import os
import socket
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from weir_runtime.aio.clock import Clock, SystemClock
from weir_runtime.aio.scope import Scope
from weir_runtime.api.errors import ConnectError
from weir_runtime.app import cluster, environment, limit, listen, login, measure, store, takeover
from weir_runtime.app.build import Built, Foundation, build
from weir_runtime.app.certificate import CertificateWatch
from weir_runtime.app.cluster import Cluster
from weir_runtime.app.connector_file import ConnectorFile
from weir_runtime.app.deferred import Deferred
from weir_runtime.config.worker import WorkerConfig
from weir_runtime.config.worker.listener import Listener
from weir_runtime.group.ports import Group
from weir_runtime.herder.stage import Stage
from weir_runtime.kafka.embedded_admin import EmbeddedAdmin
from weir_runtime.kafka.ports import Admin
from weir_runtime.plugins.registry import PluginRegistry
from weir_runtime.rest.server import Server
from weir_runtime.worker.launch import ProcessLauncher

log = logging.getLogger(__name__)

STOP_EXTRA_S = 5.0
"""Beyond the tasks' own time: for connectors, last statuses and leaving the group."""

REST_STOP_S = 2.0


class ConnectorStartError(ConnectError):
    """A connector of the command line could not be created."""


class WorkerApp:
    """Runs one worker."""

    def __init__(self, config: WorkerConfig, clock: Clock | None = None) -> None:
        self._config = config
        self._clock = clock or SystemClock()
        self._stage = Stage(self._clock)
        self._began = time.monotonic()
        self._replayed = False
        self._measuring = measure.Measuring(config, self._clock)

    async def run(self, connectors: Sequence[ConnectorFile], stop: asyncio.Event) -> None:
        """Run until `stop` is set; `connectors` are created once the worker is up.

        Raises:
            ConnectError: the worker cannot start; the message is one line for a person.
        """
        deferred = Deferred()
        auth = login.basic_auth(self._config, os.environ, self._clock)
        settings = limit.limited(listen.settings(self._config), self._config, auth)
        settings = dataclasses.replace(settings, count_request=self._measuring.count_request)
        server = Server(deferred.herder, settings, ready=lambda: self._replayed)
        await server.start()
        try:
            async with (
                Scope() as scope,
                self._measuring.serving(scope),
                self._reached() as found,
            ):
                watch = CertificateWatch(
                    [*listen.contexts(settings), *self._measuring.contexts, *found.contexts],
                    self._clock,
                )
                scope.start(watch.run(), name="certificates")
                surroundings = environment.report(self._config.plugin.folders, os.environ)
                scope.start(surroundings, name="environment")
                address = await self._address(server)
                async with self._built(scope, found, address) as built:
                    deferred.target = built.herder
                    self._measuring.monitor = built.monitor
                    cluster_id = await found.admin.cluster_id()
                    built.herder.info = dataclasses.replace(
                        built.herder.info, kafka_cluster_id=cluster_id
                    )
                    await self._serve(built, address, connectors, stop)
        finally:
            await server.stop(REST_STOP_S)

    @property
    def _client_id(self) -> str:
        config = self._config
        return config.client.client_id or f"{config.group_id or 'standalone'}-weir"

    @asynccontextmanager
    async def _reached(self) -> AsyncIterator[Cluster]:
        config = self._config
        with self._stage.during("connecting to the Kafka cluster"):
            found = cluster.reached(config.properties, client_id=self._client_id, clock=self._clock)
            entered = await found.__aenter__()
        try:
            yield entered
        finally:
            await found.__aexit__(None, None, None)

    @asynccontextmanager
    async def _built(self, scope: Scope, found: Cluster, address: Listener) -> AsyncIterator[Built]:
        config, url = self._config, f"{address}/"
        worker_id = f"{address.host}:{address.port}"
        admin = _admin(found)
        registry = PluginRegistry.discover(config.plugin.folders)
        channel = None
        group: Group
        if config.distributed is None:
            stores, group = store.standalone(config, scope), store.alone(url, worker_id)
        else:
            with self._stage.during("creating and checking the internal topics"):
                await store.make_topics(config.distributed, admin, self._clock)
            stores = store.distributed(config.distributed, found, scope, self._clock)
            group, channel = store.membership(
                config.distributed,
                found,
                url,
                scope=scope,
                clock=self._clock,
                meter=self._measuring.group,
            )
            await channel.start()
        try:
            yield build(
                Foundation(
                    config=config,
                    properties=dict(found.properties),
                    worker_id=worker_id,
                    scope=scope,
                    clock=self._clock,
                    launcher=ProcessLauncher(scope),
                    registry=registry,
                    configs=stores.configs,
                    statuses=stores.statuses,
                    offsets=stores.offsets,
                    offsets_topic=stores.offsets_topic,
                    group=group,
                    admin=admin,
                    stage=self._stage,
                    all_topics=found.broker is not None,
                    client_id=self._client_id,
                    metrics=self._measuring.registry,
                    sight=self._measuring.sight(group),
                )
            )
        finally:
            if channel is not None:
                await channel.close()

    async def _serve(
        self,
        built: Built,
        address: Listener,
        connectors: Sequence[ConnectorFile],
        stop: asyncio.Event,
    ) -> None:
        try:
            await built.lifecycle.start()
            takeover.report(built.lifecycle.running.configs.snapshot(), built.catalog)
            self._replayed = True
            self._announce(address)
            await self._create(built, connectors)
            await stop.wait()
        finally:
            graceful_s = self._config.task.task_shutdown_graceful_timeout_ms / 1000
            built.describer.stop()
            await built.lifecycle.stop(graceful_s + STOP_EXTRA_S)

    async def _create(self, built: Built, connectors: Sequence[ConnectorFile]) -> None:
        if not connectors:
            return
        await built.herder.ready.wait()
        for item in connectors:
            try:
                await built.herder.create_connector(item.name, item.config, item.initial_state)
            except ConnectError as error:
                raise ConnectorStartError(
                    f"{item.path}: connector {item.name} could not be created: {error}"
                ) from error
            log.info("Connector was created", extra={"connector": item.name})

    def _announce(self, address: Listener) -> None:
        for told in (listen.warnings, login.warnings, measure.warnings):
            for warning in told(self._config):
                log.warning(warning)
        log.info(
            "Worker has started",
            extra={
                "url": str(address),
                "group": self._config.group_id or "(standalone)",
                "seconds": round(time.monotonic() - self._began, 3),
            },
        )

    async def _address(self, server: Server) -> Listener:
        listener = self._config.listener
        host = await asyncio.to_thread(socket.getfqdn)
        return listener.advertised(listen.main_ports(listener, server.addresses), host)


def _admin(found: Cluster) -> Admin:
    return found.admin if found.broker is None else EmbeddedAdmin(found.admin, found.broker)

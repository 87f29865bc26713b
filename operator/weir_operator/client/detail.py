"""The calls to Connect that people make and a controller does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from weir_operator.client import error, wire
from weir_operator.client.http import HttpConnect, parsed, segment
from weir_operator.client.view import (
    DefinitionView,
    HealthView,
    LoggerView,
    OffsetView,
    PluginView,
    TaskConfigView,
    WorkerView,
)

Scope = Literal["worker", "cluster"]
_NO_SUCH_METHOD = (405, 501)


class DetailConnect(HttpConnect):
    """One Connect cluster as a person looks after it; every call may raise `ConnectApiError`."""

    async def worker(self) -> WorkerView:
        """Read which version the worker has and which cluster it is on."""
        return parsed(wire.worker_of, await self._transport.request("GET", "/"), "GET /")

    async def health(self) -> HealthView:
        """Read how the worker says it is; one before Connect 3.9 is healthy when it answers."""
        try:
            body = await self._transport.request("GET", "/health", also=(500, 503))
        except (error.NotFoundError, error.UnavailableError) as problem:
            if problem.status != 404:
                raise
            # a worker before KIP-1017 has no such path, one that starts has no path at all
            await self.worker()
            return HealthView("healthy", "The worker answers; it is too old to say more.")
        return parsed(wire.health_of, body, "GET /health")

    async def names(self) -> tuple[str, ...]:
        """List the names of all connectors."""
        body = await self._transport.request("GET", "/connectors")
        return tuple(sorted(parsed(wire.names_of, body, "GET /connectors")))

    async def task_configs(self, name: str) -> tuple[TaskConfigView, ...]:
        """Read the config of each task, by id."""
        path = f"/connectors/{segment(name)}/tasks"
        return parsed(wire.task_configs_of, await self._transport.request("GET", path), path)

    async def topics(self, name: str) -> tuple[str, ...]:
        """List the topics that a connector has used since the last reset."""
        path = f"/connectors/{segment(name)}/topics"
        return parsed(wire.topics_of, await self._transport.request("GET", path), path)

    async def reset_topics(self, name: str) -> None:
        """Forget which topics a connector has used."""
        path = f"/connectors/{segment(name)}/topics/reset"
        await self._transport.request("PUT", path, body={}, write=True)

    async def patch_config(self, name: str, patch: Mapping[str, str | None]) -> None:
        """Change some keys of a config; None removes one.

        A worker before KIP-477 has no such call: there the config is read, changed and written.
        """
        path = f"/connectors/{segment(name)}/config"
        try:
            await self._transport.request("PATCH", path, body=dict(patch), write=True)
        except error.ConnectApiError as problem:
            if problem.status not in _NO_SUCH_METHOD:
                raise
            config = {**(await self.connector(name)).config, **patch}
            await self.put_config(name, {k: v for k, v in config.items() if v is not None})

    async def offsets(self, name: str) -> tuple[OffsetView, ...]:
        """Read the committed offsets of a connector."""
        path = f"/connectors/{segment(name)}/offsets"
        return parsed(wire.offsets_of, await self._transport.request("GET", path), path)

    async def alter_offsets(self, name: str, offsets: Sequence[OffsetView]) -> str:
        """Set offsets of a stopped connector, remove those of None; return Connect's words."""
        path = f"/connectors/{segment(name)}/offsets"
        entries = [{"partition": one.partition, "offset": one.offset} for one in offsets]
        body = await self._transport.request("PATCH", path, body={"offsets": entries}, write=True)
        return parsed(wire.message_of, body, path)

    async def reset_offsets(self, name: str) -> str:
        """Remove all offsets of a stopped connector; return Connect's words."""
        path = f"/connectors/{segment(name)}/offsets"
        body = await self._transport.request("DELETE", path, write=True)
        return parsed(wire.message_of, body, path)

    async def all_plugins(self) -> tuple[PluginView, ...]:
        """List the plugins of every type; connectors only where a worker is older than that."""
        path = "/connector-plugins?connectorsOnly=false"
        body = await self._transport.request("GET", path)
        return parsed(wire.plugins_of, body, "GET /connector-plugins")

    async def definitions(self, plugin: str) -> tuple[DefinitionView, ...]:
        """Read the config keys that a plugin defines."""
        path = f"/connector-plugins/{segment(plugin)}/config"
        return parsed(wire.definitions_of, await self._transport.request("GET", path), path)

    async def loggers(self) -> tuple[LoggerView, ...]:
        """List the loggers of the worker with their levels."""
        body = await self._transport.request("GET", "/admin/loggers")
        return parsed(wire.loggers_of, body, "GET /admin/loggers")

    async def logger(self, name: str) -> LoggerView:
        """Read the level of one logger."""
        path = f"/admin/loggers/{segment(name)}"
        body = await self._transport.request("GET", path)
        return parsed(lambda found: wire.logger_of(name, found), body, path)

    async def set_level(self, name: str, level: str, scope: Scope) -> tuple[str, ...]:
        """Set a logger and those below it; return their names, none for the whole cluster."""
        path = f"/admin/loggers/{segment(name)}?scope={scope}"
        body: Any = await self._transport.request("PUT", path, body={"level": level}, write=True)
        return parsed(wire.names_of, body, path) if body is not None else ()

"""The REST client of Kafka Connect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

from weir_operator import __version__
from weir_operator.client import error, wire
from weir_operator.client.port import StateName
from weir_operator.client.target import ClusterTarget
from weir_operator.client.transport import Limits, Transport
from weir_operator.client.view import ConnectorView, PluginView, Validation

T = TypeVar("T")
_STATE_CALLS: dict[StateName, str] = {"running": "resume", "paused": "pause", "stopped": "stop"}


def segment(name: str) -> str:
    """Give a name as one path segment: every reserved character percent-encoded.

    A name of dots only is encoded whole, since `.` and `..` would be taken as steps of the path.
    """
    return quote(name, safe="") if name.strip(".") else "%2E" * len(name)


def parsed(parse: Callable[[Any], T], body: Any, what: str) -> T:
    """Turn an answer into a value.

    Raises:
        error.UnavailableError: It is not of Connect's shape.
    """
    try:
        return parse(body)
    except (ValueError, TypeError, AttributeError) as problem:
        message = f"{what}: the answer is not Connect's: {problem}"
        raise error.UnavailableError(message) from problem


class HttpConnect:
    """One Connect cluster over HTTP; see `port.ConnectApi` for the calls."""

    def __init__(
        self,
        target: ClusterTarget,
        limits: Limits = Limits(),  # noqa: B008
        *,
        agent: str = f"weir-operator/{__version__}",
    ) -> None:
        self._transport = Transport(target, limits, agent)

    async def close(self) -> None:
        """Give connections back."""
        await self._transport.close()

    async def read(self) -> Mapping[str, ConnectorView]:
        """Read every connector in one call; one by one from a worker without `expand`."""
        try:
            body = await self._transport.request("GET", "/connectors?expand=status&expand=info")
        except error.NotFoundError as problem:
            # a worker has this path: what answers 404 is another part of its API, or another API
            message = f"this is not the address of a Connect worker's REST API: {problem}"
            raise error.UnavailableError(message, status=problem.status) from problem
        if isinstance(body, list):
            return await self._read_each([str(name) for name in body])
        return parsed(wire.connectors_of, body, "GET /connectors")

    async def _read_each(self, names: list[str]) -> Mapping[str, ConnectorView]:
        found: dict[str, ConnectorView] = {}
        for name in names:
            try:
                view = await self.status(name)
            except error.NotFoundError:
                continue
            if view.status is not None:
                found[name] = view
        return found

    async def connector(self, name: str) -> ConnectorView:
        """Read one connector without its status."""
        body = await self._transport.request("GET", f"/connectors/{segment(name)}")
        return parsed(wire.connector_of, body, f"GET /connectors/{name}")

    async def status(self, name: str) -> ConnectorView:
        """Read one connector and its status if there is one."""
        path = f"/connectors/{segment(name)}"
        info = await self._transport.request("GET", path)
        try:
            found = await self._transport.request("GET", f"{path}/status")
        except error.NotFoundError:
            return parsed(wire.connector_of, info, f"GET {path}")
        status = parsed(wire.status_of, found, f"GET {path}/status")
        return parsed(lambda body: wire.connector_of(body, status), info, f"GET {path}")

    async def create(self, name: str, config: Mapping[str, str], state: StateName) -> None:
        """Create a connector directly in the given state."""
        body: dict[str, Any] = {"name": name, "config": dict(config)}
        if state != "running":
            # a worker before KIP-980 refuses the field, and running needs none
            body["initial_state"] = state.upper()
        await self._transport.request("POST", "/connectors", body=body, write=True)

    async def put_config(self, name: str, config: Mapping[str, str]) -> None:
        """Replace the config of a connector, or create it."""
        path = f"/connectors/{segment(name)}/config"
        await self._transport.request("PUT", path, body=dict(config), write=True)

    async def set_state(self, name: str, state: StateName) -> None:
        """Resume, pause or stop a connector."""
        path = f"/connectors/{segment(name)}/{_STATE_CALLS[state]}"
        await self._transport.request("PUT", path, body={}, write=True)

    async def restart(self, name: str, *, include_tasks: bool, only_failed: bool) -> None:
        """Restart a connector, its tasks or the failed parts."""
        tasks, failed = str(include_tasks).lower(), str(only_failed).lower()
        path = f"/connectors/{segment(name)}/restart?includeTasks={tasks}&onlyFailed={failed}"
        await self._transport.request("POST", path, body={}, write=True)

    async def restart_task(self, name: str, task: int) -> None:
        """Restart one task."""
        path = f"/connectors/{segment(name)}/tasks/{task}/restart"
        await self._transport.request("POST", path, body={}, write=True)

    async def delete(self, name: str) -> None:
        """Delete a connector."""
        await self._transport.request("DELETE", f"/connectors/{segment(name)}", write=True)

    async def plugins(self) -> tuple[PluginView, ...]:
        """List the connector plugins of the worker."""
        body = await self._transport.request("GET", "/connector-plugins")
        return parsed(wire.plugins_of, body, "GET /connector-plugins")

    async def validate(self, plugin: str, config: Mapping[str, str]) -> Validation:
        """Let the worker judge a config, without any effect."""
        path = f"/connector-plugins/{segment(plugin)}/config/validate"
        # a validator may open connections: it gets the time of a write, yet has no effect
        body = await self._transport.request("PUT", path, body=dict(config), write=True)
        return parsed(wire.validation_of, body, f"PUT {path}")

"""The calls to Connect that the controller makes, as a protocol."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, Protocol

from weir_operator.client.target import ClusterTarget
from weir_operator.client.view import ConnectorView, PluginView, Validation

StateName = Literal["running", "paused", "stopped"]


class ConnectApi(Protocol):
    """One Connect cluster. Every call is bounded in time and raises only `ConnectApiError`."""

    async def read(self) -> Mapping[str, ConnectorView]:
        """Return every connector with config and status, in one call where Connect can.

        Connect leaves out a connector that has no status yet: absence here proves nothing.
        """
        ...

    async def connector(self, name: str) -> ConnectorView:
        """Return one connector with its config and without its status.

        Raises:
            NotFoundError: Connect has none of this name.
        """
        ...

    async def status(self, name: str) -> ConnectorView:
        """Return one connector with its config, and its status if there is one.

        Raises:
            NotFoundError: Connect has none of this name.
        """
        ...

    async def create(self, name: str, config: Mapping[str, str], state: StateName) -> None:
        """Create a connector directly in the given state."""
        ...

    async def put_config(self, name: str, config: Mapping[str, str]) -> None:
        """Replace the config of a connector, or create it."""
        ...

    async def set_state(self, name: str, state: StateName) -> None:
        """Resume, pause or stop a connector."""
        ...

    async def restart(self, name: str, *, include_tasks: bool, only_failed: bool) -> None:
        """Restart a connector, its tasks or the failed parts."""
        ...

    async def restart_task(self, name: str, task: int) -> None:
        """Restart one task."""
        ...

    async def delete(self, name: str) -> None:
        """Delete a connector."""
        ...

    async def plugins(self) -> tuple[PluginView, ...]:
        """List the connector plugins of the worker."""
        ...

    async def validate(self, plugin: str, config: Mapping[str, str]) -> Validation:
        """Let the worker judge a config, without any effect."""
        ...

    async def close(self) -> None:
        """Give connections back."""
        ...


ConnectFactory = Callable[[ClusterTarget], ConnectApi]

"""Connectors and their configs.

Source: ConnectorsResource.
"""

from __future__ import annotations

from typing import Any

from weir_runtime.api.errors import NotFoundError
from weir_runtime.rest import request, view
from weir_runtime.rest.call import Call, Reply


async def index(call: Call) -> Reply:
    """List names, or with `expand` what is known of each."""
    names = call.herder.connectors()
    expand = call.query.get("expand")
    if expand is None:
        return Reply(body=list(names))
    return Reply(body=_expanded(call, names, list(dict.fromkeys(expand))))


def _expanded(call: Call, names: Any, parts: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in names:
        shown: dict[str, Any] = {}
        try:
            for part in parts:
                if part == "status":
                    shown[part] = view.status(call.herder.connector_status(name))
                elif part == "info":
                    shown[part] = view.info(call.herder.connector_info(name))
        except NotFoundError:
            continue  # deleted meanwhile, or without a status yet
        found[name] = shown
    return found


async def create(call: Call) -> Reply:
    """Create a connector; 201 with its URL on the host that the client called."""
    wanted = request.CreateConnector.parse(call.json())
    info = await call.herder.create_connector(wanted.name, wanted.config, wanted.initial_state)
    return Reply(201, view.info(info), {"Location": call.location(wanted.name)})


async def show(call: Call) -> Reply:
    """Show a connector."""
    return Reply(body=view.info(call.herder.connector_info(call.connector)))


async def show_config(call: Call) -> Reply:
    """Show the config as it is stored."""
    return Reply(body=dict(call.herder.connector_config(call.connector)))


async def put_config(call: Call) -> Reply:
    """Create or replace."""
    config = request.named(request.config_of(call.json()), call.connector)
    created, info = await call.herder.put_connector_config(call.connector, config)
    if created:
        return Reply(201, view.info(info), {"Location": call.location(call.connector)})
    return Reply(body=view.info(info))


async def patch_config(call: Call) -> Reply:
    """Change single keys; null takes one away."""
    patch = request.patch_of(call.json())
    return Reply(body=view.info(await call.herder.patch_connector_config(call.connector, patch)))


async def delete(call: Call) -> Reply:
    """Delete a connector."""
    await call.herder.delete_connector(call.connector)
    return Reply(204)

"""Connectors and their configs.

Source: ConnectorsResource.
"""

from __future__ import annotations

from typing import Any, Final

from weir_runtime.api.errors import NotFoundError
from weir_runtime.rest import request, view
from weir_runtime.rest.call import Call, Reply
from weir_runtime.rest.endpoint import example
from weir_runtime.rest.operation import Body, Parameter, Success, Tag, operation
from weir_runtime.rest.wire import answer
from weir_runtime.rest.wire import request as wanted

_CREATED: Final = Success(
    "Created.",
    answer.ConnectorInfo,
    example.CREATED,
    headers={"Location": "URL of the connector, on the host that was called."},
)
_PUT: Final = Success("Its config is the one that was sent.", answer.ConnectorInfo, example.INFO)


@operation(
    "listConnectors",
    Tag.CONNECTORS,
    {
        200: Success(
            "Names; with `expand` an object with what is known of each.",
            list[answer.Name] | dict[str, answer.ExpandedConnector],
            [example.NAME],
        )
    },
    parameters=(
        Parameter(
            "expand",
            "`status`, `info` or both; the parameter may come twice. Other words show nothing.",
            {"type": "array", "items": {"type": "string", "examples": ["status", "info"]}},
        ),
    ),
)
async def index(call: Call) -> Reply:
    """List names, or with `expand` what is known of each."""
    names = call.herder.connectors()
    expand = call.query.get("expand")
    if expand is None:
        return Reply(body=list(names))
    return Reply(body=_expanded(call, names, list(dict.fromkeys(expand))))


def _expanded(call: Call, names: Any, parts: list[str]) -> dict[str, answer.ExpandedConnector]:
    found: dict[str, answer.ExpandedConnector] = {}
    for name in names:
        shown: answer.ExpandedConnector = {}
        try:
            for part in parts:
                if part == "status":
                    shown["status"] = view.status(call.herder.connector_status(name))
                elif part == "info":
                    shown["info"] = view.info(call.herder.connector_info(name))
        except NotFoundError:
            continue  # deleted meanwhile, or without a status yet
        found[name] = shown
    return found


@operation(
    "createConnector",
    Tag.CONNECTORS,
    {201: _CREATED},
    body=Body(wanted.CreateConnectorRequest, {"name": example.NAME, "config": example.CONFIG}),
    refusals={**example.INVALID, 409: f"Connector {example.NAME} already exists"},
)
async def create(call: Call) -> Reply:
    """Create a connector; 201 with its URL on the host that the client called."""
    wish = request.CreateConnector.parse(call.json())
    info = await call.herder.create_connector(wish.name, wish.config, wish.initial_state)
    return Reply(201, view.info(info), {"Location": call.location(wish.name)})


@operation(
    "getConnector",
    Tag.CONNECTORS,
    {200: Success("The connector.", answer.ConnectorInfo, example.INFO)},
    refusals={404: example.UNKNOWN},
)
async def show(call: Call) -> Reply:
    """Show a connector."""
    return Reply(body=view.info(call.herder.connector_info(call.connector)))


@operation(
    "getConnectorConfig",
    Tag.CONNECTORS,
    {200: Success("Its config.", answer.ConnectorConfig, example.STORED)},
    refusals={404: example.UNKNOWN},
)
async def show_config(call: Call) -> Reply:
    """Show the config as it is stored."""
    return Reply(body=dict(call.herder.connector_config(call.connector)))


@operation(
    "putConnectorConfig",
    Tag.CONNECTORS,
    {200: _PUT, 201: _CREATED},
    body=Body(wanted.Config, example.CONFIG),
    refusals=example.INVALID | example.NO_LEADER,
)
async def put_config(call: Call) -> Reply:
    """Create or replace.

    A config that is equal to the stored one changes nothing, but for what has failed: it is
    restarted.
    """
    config = request.named(request.config_of(call.json()), call.connector)
    created, info = await call.herder.put_connector_config(call.connector, config)
    if created:
        return Reply(201, view.info(info), {"Location": call.location(call.connector)})
    return Reply(body=view.info(info))


@operation(
    "patchConnectorConfig",
    Tag.CONNECTORS,
    {200: _PUT},
    body=Body(wanted.Patch, {"tasks.max": "2", "topic": None}),
    refusals={**example.INVALID, **example.NO_LEADER, 404: example.UNKNOWN},
)
async def patch_config(call: Call) -> Reply:
    """Change single keys; null takes one away."""
    patch = request.patch_of(call.json())
    return Reply(body=view.info(await call.herder.patch_connector_config(call.connector, patch)))


@operation(
    "destroyConnector",
    Tag.CONNECTORS,
    {204: Success("Deleted.")},
    refusals={**example.NO_LEADER, 404: example.UNKNOWN},
)
async def delete(call: Call) -> Reply:
    """Delete a connector.

    Its offsets stay: a connector that is created under the same name goes on where it was.
    """
    await call.herder.delete_connector(call.connector)
    return Reply(204)

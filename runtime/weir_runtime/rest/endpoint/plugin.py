"""Plugins, their definitions, validation.

Source: ConnectorPluginsResource.
"""

from __future__ import annotations

from typing import Final

from weir_runtime.rest import request, view
from weir_runtime.rest.call import Call, Reply
from weir_runtime.rest.endpoint import example
from weir_runtime.rest.operation import Body, Parameter, Success, Tag, flag, operation
from weir_runtime.rest.wire import answer
from weir_runtime.rest.wire import request as wanted

_KEY: Final = {
    "name": "topic",
    "type": "STRING",
    "required": True,
    "default_value": None,
    "importance": "HIGH",
    "documentation": "The topic to write to.",
    "group": None,
    "order_in_group": -1,
    "width": "NONE",
    "display_name": "topic",
    "dependents": [],
}
_VALUE: Final = {
    "name": "topic",
    "value": "orders",
    "recommended_values": [],
    "errors": [],
    "visible": True,
}


@operation(
    "listConnectorPlugins",
    Tag.PLUGINS,
    {
        200: Success(
            "Plugins.",
            list[answer.PluginInfo],
            [{"class": example.CLASS, "type": "source", "version": "4.3.1"}],
        )
    },
    parameters=(Parameter("connectorsOnly", "Leave out everything else.", flag(default=True)),),
)
async def index(call: Call) -> Reply:
    """List plugins, by default connectors only."""
    connectors_only = call.flag("connectorsOnly", default=True)
    plugins = call.herder.plugins(connectors_only=connectors_only)
    return Reply(body=[view.plugin(plugin) for plugin in plugins])


@operation(
    "getConnectorConfigDef",
    Tag.PLUGINS,
    {200: Success("Definitions.", list[answer.ConfigKeyInfo], [_KEY])},
    parameters=(
        Parameter(
            "version",
            "The plugin's version must be in this range, as in `[1.0,2.0)`; `latest` always is.",
            {"type": "string", "default": "latest"},
        ),
    ),
    refusals={
        400: "Invalid version specification: [1.0",
        404: "Unknown plugin Nothing.",
    },
)
async def definitions(call: Call) -> Reply:
    """Show the keys of a plugin, for a connector followed by the framework's."""
    keys = await call.herder.plugin_config(call.params["pluginName"], call.text("version"))
    with_order = call.settings.definition_order
    return Reply(body=[view.definition(key, with_order=with_order) for key in keys])


@operation(
    "validateConfigs",
    Tag.PLUGINS,
    {
        200: Success(
            "What is wrong, if anything, is in `errors` of each key.",
            answer.ConfigInfos,
            {
                "name": example.PLUGIN,
                "error_count": 0,
                "groups": ["Common"],
                "configs": [{"definition": _KEY, "value": _VALUE}],
            },
        )
    },
    body=Body(wanted.Draft, example.CONFIG),
    refusals={
        400: "Included connector type A does not match request type B",
        422: "config.topic: expected a string, a number, a boolean or null, got a list; nested"
        " values are written as one string",
    },
)
async def validate(call: Call) -> Reply:
    """Check a config; what is wrong with it is in a 200."""
    config = request.config_or_empty(call.json())
    found = await call.herder.validate(call.params["pluginName"], config)
    return Reply(body=view.validation(found, with_order=call.settings.definition_order))

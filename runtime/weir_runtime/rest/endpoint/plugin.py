"""Plugins, their definitions, validation.

Source: ConnectorPluginsResource.
"""

from __future__ import annotations

from weir_runtime.rest import request, view
from weir_runtime.rest.call import Call, Reply


async def index(call: Call) -> Reply:
    """List plugins, by default connectors only."""
    connectors_only = call.flag("connectorsOnly", default=True)
    plugins = call.herder.plugins(connectors_only=connectors_only)
    return Reply(body=[view.plugin(plugin) for plugin in plugins])


async def definitions(call: Call) -> Reply:
    """Show the keys of a plugin."""
    keys = await call.herder.plugin_config(call.params["plugin"], call.text("version"))
    with_order = call.settings.definition_order
    return Reply(body=[view.definition(key, with_order=with_order) for key in keys])


async def validate(call: Call) -> Reply:
    """Check a config; what is wrong with it is in a 200."""
    config = request.config_or_empty(call.json())
    found = await call.herder.validate(call.params["plugin"], config)
    return Reply(body=view.validation(found, with_order=call.settings.definition_order))

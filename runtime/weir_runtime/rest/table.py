"""Every path of the API."""

from __future__ import annotations

from typing import Final

from weir_runtime.rest.endpoint import (
    connector,
    description,
    internal,
    logger,
    offset,
    plugin,
    root,
    state,
)
from weir_runtime.rest.route import Route

_CONNECTOR: Final = "/connectors/{connector}"
_TASK: Final = _CONNECTOR + "/tasks/{task}"
_PLUGIN: Final = "/connector-plugins/{pluginName}/config"

ROUTES: Final = (
    Route("GET", "/", root.server_info),
    Route("GET", "/health", root.health),
    Route("GET", "/openapi.json", description.show),
    Route("GET", "/connectors", connector.index),
    Route("POST", "/connectors", connector.create),
    Route("GET", _CONNECTOR, connector.show),
    Route("DELETE", _CONNECTOR, connector.delete),
    Route("GET", _CONNECTOR + "/config", connector.show_config),
    Route("PUT", _CONNECTOR + "/config", connector.put_config),
    Route("PATCH", _CONNECTOR + "/config", connector.patch_config),
    Route("GET", _CONNECTOR + "/status", state.status),
    Route("PUT", _CONNECTOR + "/pause", state.pause),
    Route("PUT", _CONNECTOR + "/resume", state.resume),
    Route("PUT", _CONNECTOR + "/stop", state.stop),
    Route("POST", _CONNECTOR + "/restart", state.restart),
    Route("GET", _CONNECTOR + "/tasks", state.tasks),
    Route("POST", _CONNECTOR + "/tasks", internal.put_tasks),
    Route("GET", _TASK + "/status", state.task_status),
    Route("POST", _TASK + "/restart", state.restart_task),
    Route("PUT", _CONNECTOR + "/fence", internal.fence),
    Route("GET", _CONNECTOR + "/topics", offset.topics),
    Route("PUT", _CONNECTOR + "/topics/reset", offset.reset_topics),
    Route("GET", _CONNECTOR + "/offsets", offset.show),
    Route("PATCH", _CONNECTOR + "/offsets", offset.alter),
    Route("DELETE", _CONNECTOR + "/offsets", offset.reset),
    Route("GET", "/connector-plugins", plugin.index),
    Route("GET", _PLUGIN, plugin.definitions),
    Route("PUT", _PLUGIN + "/validate", plugin.validate),
    Route("GET", "/admin/loggers", logger.index),
    Route("GET", "/admin/loggers/{logger}", logger.show),
    Route("PUT", "/admin/loggers/{logger}", logger.set_level),
)

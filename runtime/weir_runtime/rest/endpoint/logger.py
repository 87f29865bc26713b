"""Log levels of this worker, or of all.

Source: LoggingResource, KIP-495, KIP-976.
"""

from __future__ import annotations

from typing import Final

from weir_runtime.rest import request, view
from weir_runtime.rest.call import Call, Reply
from weir_runtime.rest.operation import Body, Parameter, Success, Tag, operation
from weir_runtime.rest.wire import answer
from weir_runtime.rest.wire import request as wanted

_LEVEL: Final = {"level": "INFO", "last_modified": None}


@operation(
    "listLoggers",
    Tag.LOGGERS,
    {200: Success("Levels by name.", dict[str, answer.LoggerLevel], {"root": _LEVEL})},
)
async def index(call: Call) -> Reply:
    """List the loggers with their levels."""
    loggers = call.herder.loggers()
    return Reply(body={name: view.logger(level) for name, level in loggers.items()})


@operation(
    "getLogger",
    Tag.LOGGERS,
    {200: Success("Its level.", answer.LoggerLevel, _LEVEL)},
    refusals={404: "Logger nothing not found."},
)
async def show(call: Call) -> Reply:
    """Show one logger."""
    return Reply(body=view.logger(call.herder.logger(call.params["logger"])))


@operation(
    "setLevel",
    Tag.LOGGERS,
    {
        200: Success(
            "On this worker: the loggers that have changed.",
            list[str],
            ["weir_runtime.herder"],
        ),
        204: Success("With `scope=cluster`: every worker will set it."),
    },
    parameters=(
        Parameter(
            "scope",
            "`cluster` for all workers; every other word means this one.",
            {"type": "string", "default": "worker", "examples": ["worker", "cluster"]},
        ),
    ),
    body=Body(wanted.LevelRequest, {"level": "DEBUG"}),
    refusals={
        400: request.NO_LEVEL,
        404: "invalid log level 'LOUD'.",
        422: "level: expected a string, got a number",
    },
)
async def set_level(call: Call) -> Reply:
    """Set a level, also of the loggers below."""
    cluster = (call.text("scope") or "").lower() == "cluster"
    level = request.level_of(call.json())
    changed = await call.herder.set_logger_level(call.params["logger"], level, cluster=cluster)
    return Reply(204) if cluster else Reply(body=list(changed))

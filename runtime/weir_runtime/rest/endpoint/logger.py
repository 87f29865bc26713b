"""Log levels of this worker, or of all.

Source: LoggingResource, KIP-495, KIP-976.
"""

from __future__ import annotations

from weir_runtime.rest import request, view
from weir_runtime.rest.call import Call, Reply


async def index(call: Call) -> Reply:
    """List the loggers with their levels."""
    loggers = call.herder.loggers()
    return Reply(body={name: view.logger(level) for name, level in loggers.items()})


async def show(call: Call) -> Reply:
    """Show one logger."""
    return Reply(body=view.logger(call.herder.logger(call.params["logger"])))


async def set_level(call: Call) -> Reply:
    """Set a level; an unknown scope means this worker."""
    cluster = (call.text("scope") or "").lower() == "cluster"
    level = request.level_of(call.json())
    changed = await call.herder.set_logger_level(call.params["logger"], level, cluster=cluster)
    return Reply(204) if cluster else Reply(body=list(changed))

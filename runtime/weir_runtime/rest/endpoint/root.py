"""The worker itself: `/` and `/health`.

Source: RootResource.
"""

from __future__ import annotations

import asyncio
from typing import Final

from weir_runtime.model.entities import Health
from weir_runtime.rest import view
from weir_runtime.rest.call import Call, Reply
from weir_runtime.rest.operation import Success, Tag, operation
from weir_runtime.rest.wire import answer

_STATUS: Final = {"healthy": 200, "starting": 503}
STARTING: Final = Health("starting", "Worker is still starting up.")
HEALTHY: Final = Health("healthy", "Worker has completed startup and is ready to handle requests.")
UNHEALTHY: Final = Health(
    "unhealthy",
    "Worker was unable to handle this request and may be unable to handle other requests.",
)


@operation(
    "serverInfo",
    Tag.WORKER,
    {
        200: Success(
            "Versions and cluster.",
            answer.ServerInfo,
            {"version": "4.3.1", "commit": "0.1.0", "kafka_cluster_id": "5L6g3nShT-eMCtK--X86sw"},
        )
    },
)
async def server_info(call: Call) -> Reply:
    """Show versions; clients take `version` for Kafka's."""
    return Reply(body=view.server_info(call.herder.server_info()))


@operation(
    "healthCheck",
    Tag.WORKER,
    {
        200: Success("It serves.", answer.WorkerStatus, view.health(HEALTHY)),
        503: Success("It is starting.", answer.WorkerStatus, view.health(STARTING)),
        500: Success("It does not serve.", answer.WorkerStatus, view.health(UNHEALTHY)),
    },
)
async def health(call: Call) -> Reply:
    """Show whether the worker answers within its time."""
    try:
        async with asyncio.timeout(call.settings.health_timeout_s):
            found = await call.herder.health()
    except TimeoutError:
        found = UNHEALTHY
    return show(found)


def show(health: Health) -> Reply:
    """Return healthy as 200, starting as 503, all else as 500."""
    return Reply(_STATUS.get(health.status, 500), view.health(health))

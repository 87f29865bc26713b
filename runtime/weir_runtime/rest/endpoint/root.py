"""The worker itself: `/` and `/health`.

Source: RootResource.
"""

from __future__ import annotations

import asyncio
from typing import Final

from weir_runtime.model.entities import Health
from weir_runtime.rest.call import Call, Reply

_STATUS: Final = {"healthy": 200, "starting": 503}
STARTING: Final = Health("starting", "Worker is still starting up.")
UNHEALTHY: Final = Health(
    "unhealthy",
    "Worker was unable to handle this request and may be unable to handle other requests.",
)


async def server_info(call: Call) -> Reply:
    """Show versions; clients take `version` for Kafka's."""
    info = call.herder.server_info()
    return Reply(
        body={
            "version": info.version,
            "commit": info.commit,
            "kafka_cluster_id": info.kafka_cluster_id,
        }
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
    status = _STATUS.get(health.status, 500)
    return Reply(status, {"status": health.status, "message": health.message})

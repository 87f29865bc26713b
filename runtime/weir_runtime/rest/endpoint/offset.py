"""Offsets and active topics of connectors.

Source: ConnectorsResource.
"""

from __future__ import annotations

from weir_runtime.rest import request, view
from weir_runtime.rest.call import Call, Reply


async def show(call: Call) -> Reply:
    """Show the committed offsets."""
    offsets = await call.herder.connector_offsets(call.connector)
    return Reply(body={"offsets": [view.offset(each) for each in offsets]})


async def alter(call: Call) -> Reply:
    """Set offsets of a stopped connector."""
    wanted = request.offsets_of(call.json())
    return Reply(
        body={"message": await call.herder.alter_connector_offsets(call.connector, wanted)}
    )


async def reset(call: Call) -> Reply:
    """Forget all offsets of a stopped connector."""
    return Reply(body={"message": await call.herder.alter_connector_offsets(call.connector, None)})


async def topics(call: Call) -> Reply:
    """Show topics seen in use, an empty list for an unknown connector too."""
    topics = call.herder.active_topics(call.connector)
    return Reply(body={call.connector: {"topics": list(topics)}})


async def reset_topics(call: Call) -> Reply:
    """Forget the topics."""
    call.herder.reset_active_topics(call.connector)
    return Reply(202)

"""Offsets and active topics of connectors.

Source: ConnectorsResource.
"""

from __future__ import annotations

from typing import Final

from weir_runtime.rest import request, view
from weir_runtime.rest.call import Call, Reply
from weir_runtime.rest.endpoint import example
from weir_runtime.rest.operation import Body, Success, Tag, operation
from weir_runtime.rest.wire import answer
from weir_runtime.rest.wire import request as wanted

_NOT_STOPPED: Final = (
    "Connectors must be in the STOPPED state before their offsets can be modified. This can be"
    " done for the specified connector by issuing a 'PUT' request to the"
    f" '/connectors/{example.NAME}/stop' endpoint"
)
_EMBEDDED: Final = {501: "The embedded broker cannot change the offsets of a sink's group"}
_CHANGE: Final = {
    **example.NO_LEADER,
    **_EMBEDDED,
    400: _NOT_STOPPED,
    404: example.UNKNOWN,
}


def _done(verb: str) -> dict[int, Success]:
    message = f"The offsets for this connector have been {verb} successfully"
    return {200: Success(f"They are {verb}.", answer.Message, {"message": message})}


@operation(
    "getOffsets",
    Tag.OFFSETS,
    {200: Success("Offsets.", answer.ConnectorOffsets, example.OFFSETS)},
    refusals={404: example.UNKNOWN},
)
async def show(call: Call) -> Reply:
    """Show the committed offsets."""
    return Reply(body=view.offsets(await call.herder.connector_offsets(call.connector)))


@operation(
    "alterConnectorOffsets",
    Tag.OFFSETS,
    _done("altered"),
    body=Body(wanted.AlterOffsetsRequest, example.OFFSETS),
    refusals={**_CHANGE, 422: "offsets[0]: expected an object, got a string"},
)
async def alter(call: Call) -> Reply:
    """Set offsets of a stopped connector."""
    wish = request.offsets_of(call.json())
    done = await call.herder.alter_connector_offsets(call.connector, wish)
    return Reply(body=view.message(done))


@operation("resetConnectorOffsets", Tag.OFFSETS, _done("reset"), refusals=_CHANGE)
async def reset(call: Call) -> Reply:
    """Forget all offsets of a stopped connector."""
    return Reply(body=view.message(await call.herder.alter_connector_offsets(call.connector, None)))


@operation(
    "getConnectorActiveTopics",
    Tag.TOPICS,
    {
        200: Success(
            "Topics, under the connector's name.",
            dict[str, answer.ActiveTopics],
            {example.NAME: {"topics": ["orders"]}},
        )
    },
    refusals={403: "Topic tracking is disabled."},
)
async def topics(call: Call) -> Reply:
    """Show topics seen in use, an empty list for an unknown connector too."""
    return Reply(body=view.topics(call.connector, call.herder.active_topics(call.connector)))


@operation(
    "resetConnectorActiveTopics",
    Tag.TOPICS,
    {202: Success("Forgotten.")},
    refusals={403: "Topic tracking reset is disabled."},
)
async def reset_topics(call: Call) -> Reply:
    """Forget the topics, also those of an unknown connector."""
    call.herder.reset_active_topics(call.connector)
    return Reply(202)

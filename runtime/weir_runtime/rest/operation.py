"""What an endpoint promises, declared beside it.

A route is made of an operation and of nothing else, so that there is no path without a summary,
answers and errors; `openapi` shows them, the router and the dispatcher act on them. Summary and
description are the endpoint's docstring.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from weir_runtime.rest.call import Call, Reply

Handler = Callable[[Call], Awaitable[Reply]]


class Tag(StrEnum):
    """Groups of operations, in the order in which they are shown."""

    WORKER = "worker"
    CONNECTORS = "connectors"
    STATE = "state"
    TOPICS = "topics"
    OFFSETS = "offsets"
    PLUGINS = "plugins"
    LOGGERS = "loggers"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Success:
    """An answer that the operation has when all is well.

    Attributes:
        text: when it is this one.
        body: type of its body, of `wire`; None for an empty body.
        example: a body.
        headers: what its headers say, by name.
        follow: operations that are called with a part of the body: for each the parameters, as
            runtime expressions.
    """

    text: str
    body: Any = None
    example: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    follow: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Body:
    """A body that the operation reads.

    Attributes:
        type: what it must be, of `request`.
        example: one that is right.
    """

    type: Any
    example: Any


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the query, or a header."""

    name: str
    text: str
    schema: Mapping[str, Any]
    place: str = "query"
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An endpoint and its promises.

    Attributes:
        name: operationId, Apache's own where Apache's document has the operation.
        refusals: what may go wrong beyond what any request can meet, with a message of each.
    """

    handler: Handler
    name: str
    tag: Tag
    summary: str
    description: str
    successes: Mapping[int, Success]
    refusals: Mapping[int, str]
    parameters: tuple[Parameter, ...]
    body: Body | None

    async def __call__(self, call: Call) -> Reply:
        """Answer a request."""
        return await self.handler(call)


def operation(
    name: str,
    tag: Tag,
    successes: Mapping[int, Success],
    *,
    refusals: Mapping[int, str] | None = None,
    parameters: tuple[Parameter, ...] = (),
    body: Body | None = None,
) -> Callable[[Handler], Operation]:
    """Declare an endpoint."""

    def declare(handler: Handler) -> Operation:
        summary, _, description = (inspect.getdoc(handler) or "").partition("\n")
        return Operation(
            handler=handler,
            name=name,
            tag=tag,
            summary=summary.removesuffix("."),
            description=description.strip(),
            successes=successes,
            refusals=refusals or {},
            parameters=parameters,
            body=body,
        )

    return declare


def flag(*, default: bool) -> dict[str, Any]:
    """Return a boolean parameter as Connect reads it: all but `true`, in any case, is false."""
    return {"type": ["boolean", "string"], "default": default}

"""Requests between workers of a group: tasks handed to the leader, fencing.

Nobody else holds the session key of a group with one member, so nothing that comes in can be
signed by it: an unsigned request is told so, a signed one is refused.

Source: InternalClusterResource, InternalRequestSignature (KIP-507).
"""

from __future__ import annotations

from typing import Final

from weir_runtime.api.errors import BadRequestError, ForbiddenError
from weir_runtime.rest.call import Call, Reply
from weir_runtime.rest.operation import Parameter, Tag, operation

SIGNATURE: Final = "X-Connect-Authorization"
ALGORITHM: Final = "X-Connect-Request-Signature-Algorithm"
AVAILABLE: Final = frozenset(
    {"HmacMD5", "HmacSHA1", "HmacSHA224", "HmacSHA256", "HmacSHA384", "HmacSHA512"}
)
ACCEPTED: Final = frozenset({"HmacSHA256"})


_HEADERS: Final = (
    Parameter(
        SIGNATURE,
        "Base64 of the body's HMAC with the group's session key.",
        {"type": "string"},
        place="header",
        required=True,
    ),
    Parameter(
        ALGORITHM,
        "Algorithm of the HMAC.",
        {"type": "string", "enum": sorted(ACCEPTED)},
        place="header",
        required=True,
    ),
)
_REFUSALS: Final = {
    400: "Internal request missing required signature",
    403: "Internal request contained invalid signature.",
}


@operation("putTaskConfigs", Tag.INTERNAL, {}, parameters=_HEADERS, refusals=_REFUSALS)
async def put_tasks(call: Call) -> Reply:
    """Take the task configs that the owner of a connector computed."""
    return _refuse(call)


@operation("fenceZombies", Tag.INTERNAL, {}, parameters=_HEADERS, refusals=_REFUSALS)
async def fence(call: Call) -> Reply:
    """Fence out older producers of a source connector."""
    return _refuse(call)


def _refuse(call: Call) -> Reply:
    if SIGNATURE not in call.headers or ALGORITHM not in call.headers:
        raise BadRequestError("Internal request missing required signature")
    algorithm = call.headers[ALGORITHM]
    if algorithm not in AVAILABLE:
        raise BadRequestError(f"Algorithm {algorithm} not available")
    if algorithm not in ACCEPTED:
        raise BadRequestError(
            f"This worker does not support the '{algorithm}' key signing algorithm used by other"
            " workers. This worker is currently configured to use: [HmacSHA256]. Check that all"
            " workers' configuration files permit the same set of signature algorithms, and"
            " correct any misconfigured worker and restart it."
        )
    raise ForbiddenError("Internal request contained invalid signature.")

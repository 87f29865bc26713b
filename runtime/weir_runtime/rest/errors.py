"""The one table from domain error to HTTP.

Source: org.apache.kafka.connect.runtime.rest.errors.ConnectExceptionMapper.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from weir_runtime.api import errors

NO_LEADER: Final = (
    "Cannot complete request momentarily due to no known leader URL, likely because a rebalance"
    " was underway."
)
CONFLICT: Final = (
    "Cannot complete request because of a conflicting operation (e.g. worker rebalance)"
)
STALE: Final = (
    "Cannot complete request momentarily due to stale configuration (typically caused by a"
    " concurrent config change)"
)

STATUS: Final[dict[type[BaseException], int]] = {
    errors.NotFoundError: 404,
    errors.AlreadyExistsError: 409,
    errors.UnprocessableError: 422,
    errors.BadRequestError: 400,
    errors.ConfigError: 400,
    errors.ForbiddenError: 403,
    errors.NotLeaderError: 409,
    errors.RebalanceNeededError: 409,
    errors.UnsupportedError: 501,
    errors.RequestTimeoutError: 500,
}


class HttpError(errors.ConnectError):
    """A request that HTTP itself refuses before anyone is asked; carries its own status.

    Attributes:
        status: of the answer.
        close: whether the connection ends with it, because the rest of the body is not read.
        headers: what the answer has besides.
    """

    def __init__(
        self,
        status: int,
        message: str | None = None,
        *,
        close: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message or f"HTTP {status} {HTTPStatus(status).phrase}")
        self.status = status
        self.close = close
        self.headers = headers or {}


def status_of(error: Exception) -> int:
    """Return the status for an error; 500 for whatever the table does not know."""
    if isinstance(error, HttpError):
        return error.status
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def message_of(error: Exception) -> str:
    """Return the text a client sees: the error's own, never a stack."""
    if isinstance(error, errors.NotLeaderError):
        # the place where a request is repeated at the leader once there can be one elsewhere
        return CONFLICT if error.leader_url else NO_LEADER
    if isinstance(error, errors.RebalanceNeededError):
        return str(error) or STALE
    return str(error) or type(error).__name__


def is_expected(error: Exception) -> bool:
    """Return whether the error was raised on purpose and needs no log record."""
    return isinstance(error, errors.ConnectError)

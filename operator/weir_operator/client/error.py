"""What can go wrong between us and a Connect worker."""

from __future__ import annotations

from typing import ClassVar

from weir_operator.observe.errors import OperatorError


class ConnectApiError(OperatorError):
    """A call to Connect that did not succeed.

    `status` is the HTTP status, 0 where no answer came. `outcome_unknown` tells that the
    call may have had its effect all the same: it must be read back before it is repeated.
    """

    retriable: ClassVar[bool] = True

    def __init__(self, message: str, *, status: int = 0, outcome_unknown: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.outcome_unknown = outcome_unknown


class AlreadyExistsError(ConnectApiError):
    """409: a connector of this name exists; look again."""


class RebalanceError(ConnectApiError):
    """409: the group moves work just now; the same call will succeed soon."""


class NotFoundError(ConnectApiError):
    """404 from Connect itself, not from something in front of it or a worker that starts."""


class InvalidError(ConnectApiError):
    """400 or 422: final until what was sent changes."""

    retriable: ClassVar[bool] = False


class UnauthorizedError(ConnectApiError):
    """401 or 403: the credentials are missing, wrong or too weak."""

    retriable: ClassVar[bool] = False


class UnavailableError(ConnectApiError):
    """No usable answer: refused, too slow, cut off, or not Connect's."""


_EXISTS_MARK = "already exists"
_FOREIGN_404 = "HTTP 404 Not Found"


def from_answer(status: int, message: str | None, *, where: str) -> ConnectApiError:
    """Give the error that an answer stands for; `message` is None when it is not Connect's JSON.

    A 404 counts as Connect's word only with a message of its own: while a worker starts, its
    HTTP server answers 404 for every path, and so may a proxy.
    """
    if status in (401, 403):
        said = f" ({message})" if message else ""
        what = "missing or wrong" if status == 401 else "not allowed to do this"
        text = f"{where}: HTTP {status}{said}: the credentials are {what}"
        return UnauthorizedError(text, status=status)
    if message is None or (status == 404 and message == _FOREIGN_404):
        return UnavailableError(
            f"{where}: HTTP {status}, and not from a Connect worker that is ready;"
            " check the address if it stays so",
            status=status,
            outcome_unknown=status >= 500,
        )
    if status == 409:
        exists = _EXISTS_MARK in message
        return (AlreadyExistsError if exists else RebalanceError)(message, status=status)
    if status == 404:
        return NotFoundError(message, status=status)
    if status in (400, 422):
        return InvalidError(message, status=status)
    return ConnectApiError(message, status=status, outcome_unknown=status >= 500)

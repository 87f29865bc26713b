"""The one tree of errors: `ConnectError` and its kinds.

HTTP statuses are not here: `weir_runtime.rest.errors` holds the one table. Messages are
Connect's own where Connect has one, since clients match them.
"""

from __future__ import annotations

from typing import ClassVar


class ConnectError(Exception):
    """Root of every error the project raises on purpose."""

    retriable: ClassVar[bool] = False


class RetriableError(ConnectError):
    """The same call may succeed later; a sink's batch is offered again after it."""

    retriable: ClassVar[bool] = True


class DataError(ConnectError):
    """A record cannot be read, converted or written; another try gives the same.

    Attributes:
        row: which row of the column or batch, counted from 0, where that is known.
    """

    row: int | None = None


class ConfigError(ConnectError):
    """A configuration is refused; the message names the key and what to do."""


class BadRequestError(ConnectError):
    """A request cannot be understood or is not allowed in the connector's present state."""


class UnprocessableError(BadRequestError):
    """A request is well formed and still makes no sense, such as an empty config."""


class ForbiddenError(ConnectError):
    """The worker's configuration switches this request off."""


class NotFoundError(ConnectError):
    """The connector, task, plugin or logger is unknown."""


class AlreadyExistsError(ConnectError):
    """A connector of that name exists."""


class UnsupportedError(ConnectError):
    """Known to Connect and not offered by this worker or by its embedded broker."""


class RequestTimeoutError(ConnectError):
    """The outcome is unknown: the worker did not finish in time. The message names the stage."""


class NotLeaderError(ConnectError):
    """Only the leader may do this.

    Attributes:
        leader_url: REST address of the leader, or None where there is none at the moment.
    """

    retriable: ClassVar[bool] = True

    def __init__(self, message: str, leader_url: str | None) -> None:
        super().__init__(message)
        self.leader_url = leader_url


class RebalanceNeededError(ConnectError):
    """The worker must re-join its group before it can answer."""

    retriable: ClassVar[bool] = True

"""Kafka's error numbers and the client's exceptions as `ConnectError`s."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiokafka import errors

from weir_runtime.api.errors import ConnectError, RetriableError, UnsupportedError
from weir_runtime.kafka.ports import AuthorizationError, BrokerError, GroupNotEmptyError

UNKNOWN_TOPIC = 3
NOT_LEADER = 6
COORDINATOR_LOADING = 14
COORDINATOR_NOT_AVAILABLE = 15
NOT_COORDINATOR = 16
UNKNOWN_MEMBER = 25
TOPIC_EXISTS = 36
NOT_CONTROLLER = 41
NON_EMPTY_GROUP = 68
GROUP_NOT_FOUND = 69
GROUP_SUBSCRIBED = 86

_AUTHORIZATION = frozenset({29, 30, 31, 53, 54, 65})
# UNKNOWN_MEMBER answers a commit from outside into a group that has members
_OCCUPIED = frozenset({UNKNOWN_MEMBER, NON_EMPTY_GROUP, GROUP_SUBSCRIBED, 27, 22})
_RETRIABLE = frozenset({3, 5, 6, 7, 8, 9, 13, 14, 15, 16, 19, 20, 41, 56, 72, 74, 75, 78, 84, 89})


def error_for(code: int, what: str, detail: str | None = None) -> ConnectError:
    """Return the error for a number; `what` says what was asked, `detail` is the broker's text."""
    kind = errors.for_code(code)
    text = f"{what}: {detail or _describe(kind)} ({getattr(kind, 'message', kind.__name__)})"
    if code in _AUTHORIZATION:
        return AuthorizationError(text, code)
    if code in _OCCUPIED:
        return GroupNotEmptyError(text, code)
    if code == 35:
        return UnsupportedError(text)
    if code in _RETRIABLE:
        return RetriableError(text)
    return BrokerError(text, code)


def check(code: int, what: str, detail: str | None = None) -> None:
    """Raise the error for a number other than 0."""
    if code:
        raise error_for(code, what, detail)


def translate(error: BaseException, what: str) -> ConnectError:
    """Return the `ConnectError` for an exception of the client, the sockets or a time limit."""
    if isinstance(error, ConnectError):
        return error
    if isinstance(error, errors.IncompatibleBrokerVersion | NotImplementedError):
        return UnsupportedError(f"{what}: the broker does not offer this call")
    if isinstance(error, errors.BrokerResponseError):
        return error_for(error.errno, what, ", ".join(map(str, error.args)) or None)
    if isinstance(error, TimeoutError):
        return RetriableError(f"{what}: no answer from the broker in time")
    cause = error.__cause__
    detail = f"{error}" + (f" ({cause})" if cause is not None and str(cause) else "")
    return RetriableError(f"{what}: {detail}")


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Raise what the block raises of client, sockets and time limits as `ConnectError`s."""
    try:
        yield
    except (errors.KafkaError, OSError, TimeoutError, NotImplementedError) as error:
        raise translate(error, what) from error


def _describe(kind: Any) -> str:
    description: str = getattr(kind, "description", "") or kind.__name__
    return " ".join(description.split()).rstrip(".")

"""The child's view of its parent: post messages, ask and wait for answers."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from weir_runtime.api import errors
from weir_runtime.api.errors import ConnectError, RetriableError
from weir_runtime.observe import redaction
from weir_runtime.worker import trace
from weir_runtime.worker.frame import Channel
from weir_runtime.worker.protocol import Reply, ToParent


class Border:
    """Sends to the parent from any thread and matches replies to calls."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._numbers = itertools.count(1)
        self._calls: dict[int, Future[Any]] = {}
        self._lock = threading.Lock()
        self._closed = False

    def post(self, message: ToParent) -> None:
        """Send a one-way message; nothing happens once the parent is gone."""
        if not self._closed:
            self._channel.send(message)

    def call(self, make: Callable[[int], ToParent]) -> Future[Any]:
        """Send what `make` builds for a call number and return the answer to come."""
        future: Future[Any] = Future()
        with self._lock:
            number = next(self._numbers)
            if self._closed:
                future.set_exception(ConnectError("The worker is gone"))
                return future
            self._calls[number] = future
        self._channel.send(make(number))
        return future

    def ask(self, make: Callable[[int], ToParent], timeout_s: float) -> Any:
        """Send a request and wait for its answer.

        Raises:
            RetriableError: no answer in time.
            ConnectError: the parent answered with an error, or is gone.
        """
        try:
            return self.call(make).result(timeout_s)
        except TimeoutError as error:
            raise RetriableError(f"The worker did not answer within {timeout_s:g} s") from error

    def replied(self, reply: Reply) -> None:
        """Hand a reply to whoever waits for it."""
        with self._lock:
            future = self._calls.pop(reply.call, None)
        if future is None:
            return
        if reply.error is None:
            future.set_result(reply.result)
        else:
            future.set_exception(_error(reply))

    def answer(self, call: int, work: Callable[[], Any]) -> None:
        """Do what the parent has asked for and reply with its result or error."""
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 - the author's errors become part of the reply
            self.post(failure(call, error))
        else:
            self.post(Reply(call=call, result=result))

    def close(self) -> None:
        """Fail whoever waits; the parent is gone."""
        with self._lock:
            self._closed = True
            waiting = list(self._calls.values())
            self._calls.clear()
        for future in waiting:
            future.set_exception(ConnectError("The worker is gone"))


def failure(call: int, error: BaseException) -> Reply:
    """Return the reply that tells of an error."""
    known = isinstance(error, ConnectError) and hasattr(errors, type(error).__name__)
    return Reply(
        call=call,
        error=redaction.SECRETS.clean(str(error) or trace.headline(error)),
        error_type=type(error).__name__ if known else ConnectError.__name__,
        trace=trace.text(error),
    )


def _error(reply: Reply) -> ConnectError:
    kind = getattr(errors, reply.error_type or "", ConnectError)
    if not issubclass(kind, ConnectError) or kind is errors.NotLeaderError:
        kind = ConnectError
    error: ConnectError = kind(reply.error or "")
    return error

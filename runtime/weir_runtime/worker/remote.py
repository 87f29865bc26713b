"""One executor as its worker sees it: calls with answers, one-way messages, its end."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from typing import Any, Protocol

from weir_runtime.api import errors
from weir_runtime.api.errors import ConnectError
from weir_runtime.worker.pipe import Pipe
from weir_runtime.worker.protocol import Reply, Shutdown, ToChild, ToParent


class ExecutorLostError(ConnectError):
    """The executor ended before it answered; the message is the cause."""


class DeadlineError(ConnectError):
    """The executor did not answer in time."""


class Listener(Protocol):
    """Hears what an executor says without being asked."""

    def on_message(self, remote: Remote, message: ToParent) -> None:
        """Take a message that is no reply; must not block."""
        ...

    def on_ended(self, remote: Remote, cause: str) -> None:
        """Take note that the executor is gone."""
        ...


class Remote:
    """Talks to one executor; `run` must be running for anything to arrive.

    Attributes:
        pid: its process, once it has said hello.
        asked: whether it was asked to end.
        levelled: whether it has been told the log levels that were set before it.
    """

    def __init__(self, pipe: Pipe, listener: Listener) -> None:
        self.name = pipe.name
        self.ended = False
        self.draining = False
        self.pid: int | None = None
        self.asked = False
        self.levelled = False
        self._pipe = pipe
        self._listener = listener
        self._numbers = itertools.count(1)
        self._calls: dict[int, asyncio.Future[Any]] = {}
        self._cause = "The executor was ended by its worker."

    async def run(self) -> None:
        """Read messages until the executor is gone, then tell the listener why."""
        try:
            while (message := await self._pipe.read()) is not None:
                if isinstance(message, Reply):
                    self._replied(message)
                else:
                    self._listener.on_message(self, message)
            self._cause = await self._pipe.wait_ended()
        finally:
            self.ended = True
            for future in self._calls.values():
                if not future.done():
                    future.set_exception(ExecutorLostError(self._cause))
            self._calls.clear()
        self._listener.on_ended(self, self._cause)

    def post(self, message: ToChild) -> None:
        """Send a one-way message; nothing happens when the executor is gone."""
        if not self.ended:
            self.asked = self.asked or isinstance(message, Shutdown)
            self._pipe.write(message)

    async def call(self, make: Callable[[int], ToChild], timeout_s: float) -> Any:
        """Send what `make` builds for a call number and wait for the answer.

        Raises:
            DeadlineError: no answer in time; the executor may still be at it.
            ExecutorLostError: the executor ended first.
            ConnectError: the executor answered with an error; its own kind where it has one.
        """
        if self.ended:
            raise ExecutorLostError(self._cause)
        number = next(self._numbers)
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._calls[number] = future
        self._pipe.write(make(number))
        try:
            async with asyncio.timeout(timeout_s):
                return await future
        except TimeoutError as error:
            raise DeadlineError(f"No answer within {timeout_s:g} s") from error
        finally:
            self._calls.pop(number, None)

    def kill(self) -> None:
        """End the executor at once; `run` ends soon after."""
        self._pipe.kill()

    def _replied(self, reply: Reply) -> None:
        future = self._calls.get(reply.call)
        if future is None or future.done():
            return
        if reply.error is None:
            future.set_result(reply.result)
        else:
            future.set_exception(remote_error(reply))


def remote_error(reply: Reply) -> ConnectError:
    """Make the error of an answer, with the child's trace as a note."""
    kind = getattr(errors, reply.error_type or "", ConnectError)
    if not (isinstance(kind, type) and issubclass(kind, ConnectError)):
        kind = ConnectError
    if kind is errors.NotLeaderError:
        kind = ConnectError
    error: ConnectError = kind(reply.error or "")
    if reply.trace:
        error.add_note(reply.trace)
    return error

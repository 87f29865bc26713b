"""A source's generator as a plain iterator of batches, whichever kind it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Protocol

from weir_runtime.api.batch import RecordBatch
from weir_runtime.worker.control import Control

Source = Iterator[RecordBatch | None] | AsyncIterator[RecordBatch | None]


class Feed(Protocol):
    """Batches of a source, one at a time."""

    def next(self) -> RecordBatch | None:
        """Return the next batch, None for "nothing now".

        Raises:
            StopIteration: the source has ended, or was asked to stop.
        """
        ...

    def close(self) -> None:
        """End the generator; what it does in `finally` is done here."""
        ...


class PlainFeed:
    """Runs a plain generator in the calling thread."""

    def __init__(self, source: Iterator[RecordBatch | None]) -> None:
        self._source = source

    def next(self) -> RecordBatch | None:
        """Return the next batch."""
        return next(self._source)

    def close(self) -> None:
        """Close the generator."""
        close = getattr(self._source, "close", None)
        if close is not None:
            close()


class AsyncFeed:
    """Runs an async generator on a loop of its own, which only runs inside `next` and `close`."""

    def __init__(self, source: AsyncIterator[RecordBatch | None], control: Control) -> None:
        self._source = source
        self._control = control
        self._runner = asyncio.Runner()
        self._waiting: asyncio.Task[RecordBatch | None] | None = None

    def next(self) -> RecordBatch | None:
        """Return the next batch; a wish to stop cancels what it waits for."""
        loop = self._runner.get_loop()
        self._control.on_stop(lambda: loop.call_soon_threadsafe(self._cancel))
        try:
            return self._runner.run(self._step())
        except (StopAsyncIteration, asyncio.CancelledError):
            raise StopIteration from None
        finally:
            self._control.on_stop(None)

    def close(self) -> None:
        """Close the generator and its loop."""
        close = getattr(self._source, "aclose", None)
        try:
            if close is not None:
                self._runner.run(close())
        finally:
            self._runner.close()

    async def _step(self) -> RecordBatch | None:
        self._waiting = asyncio.current_task()
        try:
            return await anext(self._source)
        finally:
            self._waiting = None

    def _cancel(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()


def feed(source: Source, control: Control) -> Feed:
    """Return the feed for a generator."""
    if isinstance(source, AsyncIterator):
        return AsyncFeed(source, control)
    return PlainFeed(iter(source))

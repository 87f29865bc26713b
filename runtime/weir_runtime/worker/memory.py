"""Executors in this process: the same executor object over an in-memory pipe, for tests."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable

from weir_runtime.worker.frame import Channel
from weir_runtime.worker.protocol import Shutdown, ToChild, ToParent


class MemoryChannel:
    """The child's end: two queues."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.to_child: queue.SimpleQueue[ToChild | None] = queue.SimpleQueue()
        self.to_parent: asyncio.Queue[ToParent | None] = asyncio.Queue()
        self._closed = threading.Event()

    def send(self, message: ToParent) -> None:
        """Send from any thread."""
        self._put(message)

    def receive(self) -> ToChild | None:
        """Wait for the next message."""
        return None if self._closed.is_set() else self.to_child.get()

    def close(self) -> None:
        """End both directions."""
        self._closed.set()
        self.to_child.put(None)
        self._put(None)

    def _put(self, message: ToParent | None) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.to_parent.put_nowait, message)


class MemoryPipe:
    """The parent's end of a `MemoryChannel`; `kill` only cuts the line, threads cannot be."""

    def __init__(self, name: str, channel: MemoryChannel) -> None:
        self.name = name
        self._channel = channel
        self._cause = "The executor has ended."

    async def read(self) -> ToParent | None:
        """Return the next message, None once the executor is gone."""
        return await self._channel.to_parent.get()

    def write(self, message: ToChild) -> None:
        """Queue a message."""
        self._channel.to_child.put(message)

    def kill(self) -> None:
        """Cut the line."""
        self._cause = "The executor was cut off."
        self._channel.close()

    async def wait_ended(self) -> str:
        """Return why the line was cut."""
        self._channel.to_child.put(Shutdown())
        return self._cause


class MemoryLauncher:
    """Runs executors as threads; `serve` is given the child's end and returns when it is over."""

    def __init__(self, serve: Callable[[Channel], None]) -> None:
        self._serve = serve

    async def __call__(self, name: str) -> MemoryPipe:
        """Start a thread that serves."""
        channel = MemoryChannel(asyncio.get_running_loop())
        thread = threading.Thread(target=self._run, args=(channel,), name=name, daemon=True)
        thread.start()
        return MemoryPipe(name, channel)

    def _run(self, channel: MemoryChannel) -> None:
        try:
            self._serve(channel)
        finally:
            channel.close()

"""Named asyncio tasks that end with the block that owns them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

T = TypeVar("T")


class Scope:
    """A task group whose leaving cancels what still runs.

    Unlike `asyncio.TaskGroup` on its own, leaving the block normally does not wait for
    endless loops: they are cancelled. An exception of one task cancels the others and is raised
    from the block as an `ExceptionGroup`.
    """

    def __init__(self) -> None:
        self._group = asyncio.TaskGroup()
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.cancel()
        await self._group.__aexit__(kind, error, trace)

    def start(self, coroutine: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
        """Run `coroutine` as a task called `name` until it ends or the scope is left."""
        task = self._group.create_task(coroutine, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def cancel(self) -> None:
        """Cancel every task of the scope; they end before the block is left."""
        for task in self._tasks:
            task.cancel()

"""The herder's loop: events in, decisions out, one at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from weir_runtime.herder.action import Action
from weir_runtime.herder.decide import decide
from weir_runtime.herder.event import Event, Nudged
from weir_runtime.herder.state import HerderState

log = logging.getLogger(__name__)


class Performer(Protocol):
    """Carries actions out; what takes time goes on beside the loop and sends events back."""

    def perform(self, action: Action) -> None:
        """Begin an action; never blocks."""
        ...


class Loop:
    """Holds the herder's state; only `run` changes it."""

    def __init__(self, state: HerderState) -> None:
        self.state = state
        self._events: asyncio.Queue[tuple[Event, asyncio.Future[None] | None]] = asyncio.Queue()
        self._waiters: list[tuple[Callable[[HerderState], bool], asyncio.Future[None]]] = []

    def send(self, event: Event) -> None:
        """Queue an event; order is kept."""
        self._events.put_nowait((event, None))

    async def turn(self) -> None:
        """Wait until everything queued so far has been decided on."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._events.put_nowait((Nudged(), done))
        await done

    async def wait_until(self, holds: Callable[[HerderState], bool], timeout_s: float) -> bool:
        """Wait until the state fulfils a condition; False when the time is over first."""
        await self.turn()
        if holds(self.state):
            return True
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (holds, future)
        self._waiters.append(entry)
        try:
            async with asyncio.timeout(timeout_s):
                await future
        except TimeoutError:
            return False
        finally:
            self._waiters.remove(entry)
        return True

    async def run(self, performer: Performer) -> None:
        """Decide on events for ever."""
        while True:
            event, done = await self._events.get()
            try:
                self.state, actions = decide(self.state, event)
                for action in actions:
                    performer.perform(action)
            except Exception:
                # a decision that fails must not take all other connectors with it
                log.exception("Event could not be handled", extra={"event": str(event)[:500]})
            if done is not None and not done.done():
                done.set_result(None)
            for holds, future in self._waiters:
                if not future.done() and holds(self.state):
                    future.set_result(None)

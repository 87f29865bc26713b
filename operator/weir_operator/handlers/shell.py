"""The thread that Kopf runs in."""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

import kopf

from weir_operator.handlers import registry
from weir_operator.handlers.port import Port

_log = logging.getLogger(__name__)

_STOP_S = 3.0
_LONGEST_PAUSE_S = 30.0


class Shell:
    """Run Kopf until cancelled, and again whenever it ends by itself.

    ``namespaces`` empty means all. ``liveness`` is the address of the health
    page, such as ``http://0.0.0.0:8080/healthz``.
    """

    def __init__(
        self, port: Port, *, namespaces: Sequence[str] = (), liveness: str | None = None
    ) -> None:
        self._port = port
        self._namespaces = tuple(namespaces)
        self._liveness = liveness

    async def run(self) -> None:
        """Keep Kopf running; its end is told in one line and followed by a new start."""
        pause_s = 1.0
        while True:
            began = asyncio.get_running_loop().time()
            cause = await self._one_life()
            if asyncio.get_running_loop().time() - began > 2 * _LONGEST_PAUSE_S:
                pause_s = 1.0
            _log.warning("the watch ended and begins again in %g s: %s", pause_s, cause)
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    async def _one_life(self) -> BaseException | None:
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        life = _Life(self._operate, lambda: loop.call_soon_threadsafe(ended.set))
        life.start()
        try:
            await ended.wait()
        finally:
            life.stop()
            await asyncio.to_thread(life.join, _STOP_S)
        return life.cause

    async def _operate(self, stop: asyncio.Event) -> None:
        await kopf.operator(
            registry=registry.build(self._port),
            clusterwide=not self._namespaces,
            namespaces=self._namespaces,
            standalone=True,
            liveness_endpoint=self._liveness,
            stop_flag=stop,
        )


class _Life(threading.Thread):
    """One event loop in a daemon thread: a loop that hangs cannot hold the process."""

    def __init__(
        self,
        operate: Callable[[asyncio.Event], Coroutine[Any, Any, None]],
        ended: Callable[[], object],
    ) -> None:
        super().__init__(name="kopf", daemon=True)
        self.cause: BaseException | None = None
        self._operate = operate
        self._ended = ended
        self._own_loop = asyncio.new_event_loop()
        self._stop_asked = asyncio.Event()

    def run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._own_loop) as runner:
                runner.run(self._operate(self._stop_asked))
        except BaseException as error:  # noqa: BLE001 - whatever ends Kopf is told in one line
            self.cause = error
        finally:
            with suppress(RuntimeError):  # who waited is gone
                self._ended()

    def stop(self) -> None:
        with suppress(RuntimeError):  # it has ended by itself
            self._own_loop.call_soon_threadsafe(self._stop_asked.set)

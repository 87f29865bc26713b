"""The parent's end of the border: a pipe to one executor, whatever stands at the other end."""

from __future__ import annotations

from typing import Protocol

from weir_runtime.worker.protocol import ToChild, ToParent


class Pipe(Protocol):
    """Carries messages to and from one executor."""

    @property
    def name(self) -> str:
        """Return what logs call the executor."""
        ...

    async def read(self) -> ToParent | None:
        """Return the next message, None once the executor is gone."""
        ...

    def write(self, message: ToChild) -> None:
        """Queue a message; dropped when the executor is gone."""
        ...

    def kill(self) -> None:
        """End the executor at once, whatever it does."""
        ...

    async def wait_ended(self) -> str:
        """Wait until the executor has ended and return why, in words for a status."""
        ...


class Launcher(Protocol):
    """Starts executors."""

    async def __call__(self, name: str) -> Pipe:
        """Start an executor; it may still be importing when this returns."""
        ...

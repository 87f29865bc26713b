"""What the worker is busy with: the sentence that timeouts and `/health` show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from weir_runtime.aio.clock import Clock


class Stage:
    """The present or the last stage of work."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._running: list[tuple[str, int]] = []
        self._last: tuple[str, int, int] | None = None

    @contextmanager
    def during(self, text: str) -> Iterator[None]:
        """Name what is going on while the block runs; blocks may overlap."""
        entry = (text, self._clock.now_ms())
        self._running.append(entry)
        try:
            yield
        finally:
            self._running.remove(entry)
            self._last = (*entry, self._clock.now_ms())

    def sentence(self) -> str:
        """Return what is going on, the oldest first; empty before anything was done."""
        if self._running:
            text, began = self._running[0]
            return f"The worker is currently {text}, which began at {_iso(began)}."
        if self._last is not None:
            text, began, completed = self._last
            return (
                f"The last operation the worker completed was {text}, which began at "
                f"{_iso(began)} and completed at {_iso(completed)}."
            )
        return ""


def _iso(at_ms: int) -> str:
    moment = datetime.fromtimestamp(at_ms / 1000, tz=UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

"""What the worker is busy with: the sentence that timeouts and `/health` show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime

from weir_runtime.aio.clock import Clock


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    text: str
    began_ms: int
    outer: _Entry | None


_outer: ContextVar[_Entry | None] = ContextVar("outer", default=None)


class Stage:
    """The present or the last stage of work.

    Of stages within each other the innermost counts; of those beside each other, the oldest.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._running: list[_Entry] = []
        self._last: tuple[str, int, int] | None = None

    @contextmanager
    def during(self, text: str) -> Iterator[None]:
        """Name what is going on while the block runs; blocks may overlap."""
        entry = _Entry(text, self._clock.now_ms(), _outer.get())
        self._running.append(entry)
        token = _outer.set(entry)
        try:
            yield
        finally:
            _outer.reset(token)
            self._running.remove(entry)
            self._last = (text, entry.began_ms, self._clock.now_ms())

    def sentence(self) -> str:
        """Return what is going on; empty before anything was done."""
        outer = {entry.outer for entry in self._running}
        for entry in self._running:
            if entry not in outer:
                since = _iso(entry.began_ms)
                return f"The worker is currently {entry.text}, which began at {since}."
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

"""How far long work has come: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from weir_operator.cli.weirctl.output import say, tell_error

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

BAR_AFTER_S = 0.5
LINE_EACH_S = 5.0


class Told:
    """Tells how many of a number are done; nothing of work that ends at once."""

    def __init__(self, total: int, words: str, *, as_lines: bool) -> None:
        self._total = total
        self._words = words
        self._as_lines = as_lines
        self._began = self._line_at = time.monotonic()
        self._bar: tuple[Progress, TaskID] | None = None

    @property
    def has_bar(self) -> bool:
        """Whether a bar is on the screen."""
        return self._bar is not None

    def at(self, done: int, more: str = "") -> None:
        """Say how many are done now; `more` goes after the words."""
        words = f"{self._words}{more}"
        now = time.monotonic()
        if self._bar is not None:
            bar, task = self._bar
            bar.update(task, completed=done, description=words)
        elif self._as_lines:
            if now - self._line_at >= LINE_EACH_S:
                self._line_at = now
                tell_error(f"{done} of {self._total} {words} after {now - self._began:.0f} s")
        elif now - self._began >= BAR_AFTER_S and done < self._total:
            self._bar = _bar(self._total, done, words)

    def line(self, text: str) -> None:
        """Write a line of the result, above the bar if there is one.

        Raises:
            BrokenPipeError: Nobody reads on.
            OperatorError: It cannot be written.
        """
        if self._bar is not None and sys.stdout is not None and sys.stdout.isatty():
            # both are on one screen: only who draws the bar can write above it
            self._bar[0].console.print(text, markup=False, highlight=False, soft_wrap=True)
        else:
            say(text)

    def end(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar[0].stop()
            self._bar = None


@contextlib.contextmanager
def shown(total: int, words: str) -> Iterator[Told]:
    """Tell of work on `total` connectors while it lasts; `words` say what becomes of them."""
    told = Told(total, words, as_lines=not has_bar(os.environ))
    try:
        yield told
    finally:
        told.end()


def has_bar(environment: Mapping[str, str]) -> bool:
    """Tell whether standard error can show a bar: a terminal that somebody looks at."""
    if sys.stderr is None or not sys.stderr.isatty():
        return False
    return environment.get("TERM", "") not in ("", "dumb") and not environment.get("CI")


def _bar(total: int, done: int, words: str) -> tuple[Progress, TaskID]:
    from rich.console import Console  # noqa: PLC0415 - only for long work on a terminal
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    bar = Progress(
        TextColumn("{task.completed}/{task.total}"),
        BarColumn(bar_width=None),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
        expand=True,
    )
    bar.start()
    return bar, bar.add_task(words, total=total, completed=done)

"""Ctrl-C and SIGTERM as a wish to end well, and a second Ctrl-C as an order."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field

from weir_operator.cli.weirctl.output import tell_error

TERMINATED = 143  # as a shell tells of SIGTERM


@dataclass(slots=True)
class Stop:
    """Whether somebody asked for an end, and by which signal."""

    set_by: asyncio.Event = field(default_factory=asyncio.Event)
    number: signal.Signals = signal.SIGINT


@contextlib.contextmanager
def signals() -> Iterator[Stop]:
    """Take signals over: the first is noted, a second one ends the program at once."""
    loop = asyncio.get_running_loop()
    stop = Stop()

    def ask(number: signal.Signals) -> None:
        stop.number = number
        stop.set_by.set()
        loop.remove_signal_handler(number)
        tell_error("ending: what was begun is finished, nothing new begins")

    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        loop.add_signal_handler(number, ask, number)
    try:
        yield stop
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)

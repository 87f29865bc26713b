"""Loggers as `/admin/loggers` shows and sets them, here and in every executor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from weir_runtime.model.entities import LoggerLevel


class Loggers(Protocol):
    """The loggers of this process, under our names and Apache's."""

    def all(self) -> Mapping[str, LoggerLevel]:
        """Return every logger, sorted by name."""
        ...

    def get(self, name: str) -> LoggerLevel:
        """Return one logger; an unknown one is a NotFoundError."""
        ...

    def check(self, level: str) -> str:
        """Return a level in its normal form; an unknown one is a NotFoundError."""
        ...

    def set(self, name: str, level: str) -> Sequence[str]:
        """Set a level and return the loggers that were changed."""
        ...


SetLevel = Callable[[str, str], object]

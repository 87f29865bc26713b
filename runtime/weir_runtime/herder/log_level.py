"""Loggers as `/admin/loggers` shows and sets them, here and in every executor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from weir_runtime.api.errors import NotFoundError
from weir_runtime.model.entities import LoggerLevel
from weir_runtime.observe.level import UnknownLevelError
from weir_runtime.observe.logger import LoggerRegistry, LoggerState, UnknownLoggerError
from weir_runtime.worker import protocol
from weir_runtime.worker.protocol import ToChild


class Loggers:
    """The loggers of this worker: those of the process, and those of its executors."""

    def __init__(self, registry: LoggerRegistry, spread: Callable[[ToChild], None]) -> None:
        self._registry = registry
        self._spread = spread

    def all(self) -> Mapping[str, LoggerLevel]:
        """Return every logger, sorted by name."""
        return {name: _entity(state) for name, state in self._registry.all().items()}

    def get(self, name: str) -> LoggerLevel:
        """Return one logger.

        Raises:
            NotFoundError: there is none of that name.
        """
        try:
            return _entity(self._registry.get(name))
        except UnknownLoggerError as error:
            raise NotFoundError(str(error)) from error

    def check(self, level: str) -> str:
        """Return a level in its normal form.

        Raises:
            NotFoundError: there is no such level; Connect answers 404 for it.
        """
        try:
            return self._registry.check(level)
        except UnknownLevelError as error:
            raise NotFoundError(str(error)) from error

    def set(self, name: str, level: str) -> Sequence[str]:
        """Set a level here and in every executor; return the loggers changed here."""
        changed = self._registry.set(name, self.check(level))
        namespace = self._registry.resolve(name)
        self._spread(protocol.SetLogLevel(namespace=namespace, level=level))
        return changed


def _entity(state: LoggerState) -> LoggerLevel:
    return LoggerLevel(state.level, state.last_modified)

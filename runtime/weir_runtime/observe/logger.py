"""Loggers as `/admin/loggers` knows them: ours, and Apache's names as aliases of ours.

Source: org.apache.kafka.connect.runtime.Loggers.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from weir_runtime.aio.clock import Clock
from weir_runtime.observe import level

ROOT = "root"

_CONNECT = "org.apache.kafka.connect"
ALIASES: Mapping[str, str] = {
    _CONNECT: "weir_runtime",
    f"{_CONNECT}.runtime": "weir_runtime",
    f"{_CONNECT}.runtime.AbstractHerder": "weir_runtime.herder",
    f"{_CONNECT}.runtime.Worker": "weir_runtime.worker",
    f"{_CONNECT}.runtime.WorkerConnector": "weir_runtime.worker",
    f"{_CONNECT}.runtime.WorkerSinkTask": "weir_runtime.worker",
    f"{_CONNECT}.runtime.WorkerSourceTask": "weir_runtime.worker",
    f"{_CONNECT}.runtime.WorkerTask": "weir_runtime.worker",
    f"{_CONNECT}.runtime.distributed": "weir_runtime.herder",
    f"{_CONNECT}.runtime.distributed.DistributedHerder": "weir_runtime.herder",
    f"{_CONNECT}.runtime.distributed.WorkerCoordinator": "weir_runtime.group",
    f"{_CONNECT}.runtime.distributed.WorkerGroupMember": "weir_runtime.group",
    f"{_CONNECT}.runtime.isolation": "weir_runtime.plugins",
    f"{_CONNECT}.runtime.rest": "weir_runtime.rest",
    f"{_CONNECT}.runtime.rest.RestServer": "weir_runtime.rest",
    f"{_CONNECT}.runtime.standalone": "weir_runtime.herder",
    f"{_CONNECT}.runtime.standalone.StandaloneHerder": "weir_runtime.herder",
    f"{_CONNECT}.storage": "weir_runtime.storage",
    f"{_CONNECT}.util.KafkaBasedLog": "weir_runtime.storage",
    f"{_CONNECT}.file": "weir_runtime.connectors",
    f"{_CONNECT}.json": "weir_runtime.converters",
    f"{_CONNECT}.converters": "weir_runtime.converters",
    "org.apache.kafka.clients": "weir_runtime.kafka",
}
"""Our loggers by Apache's names for the same concern."""


class UnknownLoggerError(LookupError):
    """No logger has that name; the message is Connect's."""


@dataclass(frozen=True, slots=True)
class LoggerState:
    """Effective level of a logger; `last_modified` in ms, None where no request set it."""

    level: str
    last_modified: int | None


class LoggerRegistry:
    """The loggers of this process.

    A level that is set holds for a logger and everything below it, whatever was set there.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._modified: dict[str, int] = {}

    def all(self) -> dict[str, LoggerState]:
        """Return every logger by name, sorted."""
        names = [*_known(), *ALIASES]
        return {name: self._state(name) for name in sorted(names)}

    def get(self, name: str) -> LoggerState:
        """Return one logger; "" is the root's name too.

        Raises:
            UnknownLoggerError: there is none of that name.
        """
        wanted = name or ROOT
        if wanted not in ALIASES and wanted not in _known():
            raise UnknownLoggerError(f"Logger {name} not found.")
        return self._state(wanted)

    def check(self, text: str) -> str:
        """Return a level in its normal form.

        Raises:
            UnknownLevelError: there is no such level.
        """
        return level.normal(text)

    def resolve(self, name: str) -> str:
        """Return the logger that a name stands for here and in executors."""
        return ALIASES.get(name, name or ROOT)

    def set(self, name: str, text: str) -> list[str]:
        """Set a level and return the names whose level was changed by it, sorted.

        A logger that is not there yet is made, so that the level holds when it is used.

        Raises:
            UnknownLevelError: there is no such level.
        """
        number = level.number(text)
        target = _logger(self.resolve(name))
        before = {known: _logger(known).getEffectiveLevel() for known in _known()}
        for known in before:
            if known != ROOT and _is_below(known, target):
                logging.getLogger(known).setLevel(logging.NOTSET)
        target.setLevel(number)
        now = self._clock.now_ms()
        changed = {
            known for known in _known() if _logger(known).getEffectiveLevel() != before.get(known)
        }
        self._modified |= dict.fromkeys(changed, now)
        return sorted(changed | {alias for alias, ours in ALIASES.items() if ours in changed})

    def _state(self, name: str) -> LoggerState:
        ours = self.resolve(name)
        return LoggerState(level.name(_logger(ours).getEffectiveLevel()), self._modified.get(ours))


def _logger(name: str) -> logging.Logger:
    return logging.getLogger(None if name == ROOT else name)


def _known() -> list[str]:
    """Return the names of the loggers that are there; places between them are not loggers.

    What an alias stands for is there from the start, used or not.
    """
    there = list(logging.root.manager.loggerDict.items())
    made = (name for name, item in there if isinstance(item, logging.Logger))
    return list(dict.fromkeys([ROOT, *made, *ALIASES.values()]))


def _is_below(name: str, target: logging.Logger) -> bool:
    return target is logging.root or name.startswith(f"{target.name}.")

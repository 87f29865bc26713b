"""Loggers under our names and Apache's."""

import itertools
import logging
from collections.abc import Iterator

import pytest

from weir_runtime.observe.level import UnknownLevelError
from weir_runtime.observe.logger import (
    ALIASES,
    LoggerRegistry,
    LoggerState,
    UnknownLoggerError,
)

NUMBERS = itertools.count()


class StoppedClock:
    def monotonic(self) -> float:
        return 0.0

    def now_ms(self) -> int:
        return 1700000000000

    async def sleep(self, duration_s: float) -> None:
        raise AssertionError(duration_s)


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    there = [logging.root, *logging.root.manager.loggerDict.values()]
    levels = [(item, item.level) for item in there if isinstance(item, logging.Logger)]
    logging.root.setLevel(logging.INFO)
    yield
    for item in logging.root.manager.loggerDict.values():
        if isinstance(item, logging.Logger):
            item.setLevel(logging.NOTSET)
    for item, number in levels:
        item.setLevel(number)


@pytest.fixture
def registry() -> LoggerRegistry:
    return LoggerRegistry(StoppedClock())


@pytest.fixture
def name() -> str:
    """Give a name of its own for each test: loggers live as long as the process."""
    return f"tree{next(NUMBERS)}"


def test_what_an_alias_stands_for_is_a_logger_from_the_start() -> None:
    registry = LoggerRegistry(StoppedClock())
    for name in ALIASES.values():
        assert registry.get(name).level
        assert name in registry.all()


def test_a_level_holds_for_everything_below(registry: LoggerRegistry, name: str) -> None:
    child = logging.getLogger(f"{name}.a.b")
    stubborn = logging.getLogger(f"{name}.c")
    stubborn.setLevel(logging.ERROR)
    neighbour = logging.getLogger(f"{name}x")
    assert registry.set(name, "debug") == [name, f"{name}.a.b", f"{name}.c"]
    assert child.getEffectiveLevel() == stubborn.getEffectiveLevel() == logging.DEBUG
    assert neighbour.getEffectiveLevel() == logging.INFO
    assert registry.get(f"{name}.c") == LoggerState("DEBUG", 1700000000000)
    assert registry.get(f"{name}x") == LoggerState("INFO", None)


def test_only_what_was_changed_is_returned(registry: LoggerRegistry, name: str) -> None:
    logging.getLogger(f"{name}.a")
    assert registry.set(f"{name}.a", "WARN") == [f"{name}.a"]
    assert registry.set(name, "warn") == [name]
    assert registry.set(name, "warn") == []


def test_the_root_covers_everything(registry: LoggerRegistry, name: str) -> None:
    logging.getLogger(name)
    changed = registry.set("root", "TRACE")
    assert {"root", name} <= set(changed)
    assert registry.get("") == registry.get("root") == LoggerState("TRACE", 1700000000000)


def test_apaches_names_stand_for_ours(registry: LoggerRegistry) -> None:
    logging.getLogger("weir_runtime.rest.server")
    changed = registry.set("org.apache.kafka.connect.runtime.rest", "DEBUG")
    assert {"weir_runtime.rest", "weir_runtime.rest.server"} <= set(changed)
    assert "org.apache.kafka.connect.runtime.rest" in changed
    assert "org.apache.kafka.connect" not in changed
    assert logging.getLogger("weir_runtime.rest").level == logging.DEBUG
    assert registry.get("org.apache.kafka.connect.runtime.rest").level == "DEBUG"
    assert registry.resolve("org.apache.kafka.connect") == "weir_runtime"


def test_all_loggers_are_listed_sorted_with_both_names(registry: LoggerRegistry, name: str) -> None:
    logging.getLogger(f"{name}.x.y")
    listed = registry.all()
    assert list(listed) == sorted(listed)
    assert {"root", f"{name}.x.y", *ALIASES} <= set(listed)
    # a place between names that nobody logs to is no logger
    assert f"{name}.x" not in listed


def test_a_logger_that_is_not_there_yet_can_be_set_but_not_read(
    registry: LoggerRegistry, name: str
) -> None:
    with pytest.raises(UnknownLoggerError) as caught:
        registry.get(name)
    assert str(caught.value) == f"Logger {name} not found."
    assert registry.set(name, "ERROR") == [name]
    assert registry.get(name).level == "ERROR"


def test_an_unknown_level_changes_nothing(registry: LoggerRegistry, name: str) -> None:
    logging.getLogger(name)
    with pytest.raises(UnknownLevelError):
        registry.set(name, "loud")
    with pytest.raises(UnknownLevelError):
        registry.check("loud")
    assert registry.check(" Off") == "OFF"
    assert registry.get(name) == LoggerState("INFO", None)

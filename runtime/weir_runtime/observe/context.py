"""Which connector and task a log line belongs to.

Source: KIP-449; org.apache.kafka.connect.util.LoggingContext.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LogContext:
    """A connector, one of its tasks or the instance itself, and what is being done."""

    connector: str
    task: int | None = None
    part: str | None = None

    def __str__(self) -> str:
        scope = "worker" if self.task is None else f"task-{self.task}"
        parts = [self.connector, scope, *([self.part] if self.part else [])]
        return f"[{'|'.join(parts)}]"


_current: ContextVar[LogContext | None] = ContextVar("weir_log_context", default=None)


def current() -> LogContext | None:
    """Return the context of the running task or thread."""
    return _current.get()


@contextlib.contextmanager
def scope(connector: str, task: int | None = None, part: str | None = None) -> Iterator[None]:
    """Give what is logged inside the block, and in tasks started there, this context."""
    token = _current.set(LogContext(connector, task, part))
    try:
        yield
    finally:
        _current.reset(token)


def attach(record: logging.LogRecord) -> bool:
    """Put the context on a record as its attribute `context`; a filter that lets all pass.

    A record that came from an executor has its context already.
    """
    if not hasattr(record, "context"):
        record.context = _current.get()
    return True

"""Log records of a child go to its parent, with the connector and task they belong to."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator
from contextvars import ContextVar

from weir_runtime.worker import trace
from weir_runtime.worker.border import Border
from weir_runtime.worker.protocol import LogRecord, SetLogLevel

_context: ContextVar[str] = ContextVar("weir_log_context", default="")


@contextlib.contextmanager
def scope(connector: str, task: int | None, detail: str = "") -> Iterator[None]:
    """Mark what this thread logs inside the block, as KIP-449 does: `[name|task-0|offsets]`."""
    parts = [connector, "worker" if task is None else f"task-{task}"]
    if detail:
        parts.append(detail)
    token = _context.set(f"[{'|'.join(parts)}]")
    try:
        yield
    finally:
        _context.reset(token)


class RelayHandler(logging.Handler):
    """Sends records to the parent; what is logged while sending is dropped."""

    def __init__(self, border: Border) -> None:
        super().__init__()
        self._border = border
        self._busy = threading.local()

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record."""
        if getattr(self._busy, "yes", False):
            return
        self._busy.yes = True
        try:
            self._border.post(_message(record))
        except Exception:  # noqa: BLE001 - a log call must not raise
            self.handleError(record)
        finally:
            self._busy.yes = False


def _message(record: logging.LogRecord) -> LogRecord:
    error = record.exc_info[1] if record.exc_info else None
    return LogRecord(
        created=record.created,
        level=record.levelno,
        logger=record.name,
        context=_context.get(),
        message=record.getMessage(),
        exception=None if error is None else trace.text(error),
    )


def set_level(message: SetLogLevel) -> None:
    """Set a logger's level; an unknown or empty one takes the setting off."""
    known = logging.getLevelNamesMapping()
    name = "" if message.namespace == "root" else message.namespace
    level = known.get(message.level.upper(), logging.NOTSET)
    if not name and level == logging.NOTSET:
        level = logging.INFO
    logging.getLogger(name).setLevel(level)

"""Log records of a child go to its parent, with the connector and task they belong to."""

from __future__ import annotations

import dataclasses
import logging
import threading

from weir_runtime.observe import context, formatter, level, redaction
from weir_runtime.worker import trace
from weir_runtime.worker.border import Border
from weir_runtime.worker.protocol import LogRecord, SetLogLevel


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
    where = context.current()
    place = {} if where is None else dataclasses.asdict(where)
    clean = redaction.SECRETS.clean
    return LogRecord(
        created=record.created,
        level=record.levelno,
        logger=record.name,
        message=clean(record.getMessage()),
        exception=None if error is None else trace.text(error),
        fields={name: clean(str(value)) for name, value in formatter.fields(record).items()},
        **place,
    )


def set_level(message: SetLogLevel) -> None:
    """Set a logger's level; an empty or unknown one takes the setting off."""
    name = "" if message.namespace == "root" else message.namespace
    try:
        number = level.number(message.level)
    except level.UnknownLevelError:
        number = logging.NOTSET if name else logging.INFO
    logging.getLogger(name).setLevel(number)

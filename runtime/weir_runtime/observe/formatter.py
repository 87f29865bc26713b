"""Log records as lines: text as Java Connect writes it, or JSON."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

from weir_runtime.observe import level

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "context"}


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    """Return what a call added by `extra`."""
    return {key: value for key, value in vars(record).items() if key not in _STANDARD}


class TextFormatter(logging.Formatter):
    """`[2026-01-31 10:00:00,000] INFO [name|task-0] message (logger:line)`.

    Fields follow the message as `key=value`, a trace the line. Times are local, as Java's.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record, without its end."""
        moment = datetime.fromtimestamp(record.created).astimezone()
        time = f"{moment:%Y-%m-%d %H:%M:%S},{moment.microsecond // 1000:03d}"
        context = getattr(record, "context", "")
        message = "".join(
            [
                f"{context} " if context else "",
                record.getMessage(),
                *(f" {key}={value}" for key, value in _fields(record).items()),
            ]
        )
        # what came from an executor has no line of its own
        place = f"{record.name}:{record.lineno}" if record.lineno else record.name
        line = f"[{time}] {level.name(record.levelno)} {message} ({place})"
        if record.exc_info and record.exc_info[0] is not None:
            line = f"{line}\n{self.formatException(record.exc_info)}"
        return line


class JsonFormatter(logging.Formatter):
    """One JSON object a line: timestamp (UTC), level, logger, context, message, fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record, without its end."""
        moment = datetime.fromtimestamp(record.created, UTC)
        document: dict[str, Any] = {
            "timestamp": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": level.name(record.levelno),
            "logger": record.name,
        }
        if context := getattr(record, "context", ""):
            document["context"] = context.strip("[]")
        document["message"] = record.getMessage()
        if record.exc_info and record.exc_info[0] is not None:
            document["exception"] = self.formatException(record.exc_info)
        document |= {key: value for key, value in _fields(record).items() if key not in document}
        return json.dumps(document, default=str, ensure_ascii=False)

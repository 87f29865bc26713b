"""Log records as lines: text as Java Connect writes it, or JSON.

A record is one line, whatever is in its message; only the trace of an exception has lines of its
own in text, and none in JSON. Secrets are hidden last, when all parts are there.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from weir_runtime.observe import level
from weir_runtime.observe.context import LogContext
from weir_runtime.observe.redaction import SECRETS

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "context"}
# all that a terminal or a reader of lines might take for more than text
_CONTROL = re.compile("[\\x00-\\x08\\x0a-\\x1f\\x7f-\\x9f\\u2028\\u2029]")


def fields(record: logging.LogRecord) -> dict[str, Any]:
    """Return what a call added by `extra`."""
    return {key: value for key, value in vars(record).items() if key not in _STANDARD}


def _where(record: logging.LogRecord) -> LogContext | None:
    found = getattr(record, "context", None)
    return found if isinstance(found, LogContext) else None


def _trace(formatter: logging.Formatter, record: logging.LogRecord) -> str | None:
    """Return the trace of a record; one that came from an executor is text already."""
    if record.exc_info and record.exc_info[0] is not None:
        return formatter.formatException(record.exc_info)
    return record.exc_text


def one_line(text: str) -> str:
    """Return a text with line breaks and control characters escaped."""
    return _CONTROL.sub(lambda match: json.dumps(match[0])[1:-1], text)


class TextFormatter(logging.Formatter):
    """`[2026-01-31 10:00:00,000] INFO [name|task-0] message (logger:line)`.

    Fields follow the message as `key=value`, a trace the line. Times are local, as Java's.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record, without its end."""
        moment = datetime.fromtimestamp(record.created).astimezone()
        time = f"{moment:%Y-%m-%d %H:%M:%S},{moment.microsecond // 1000:03d}"
        context = _where(record)
        message = "".join(
            [
                f"{context} " if context else "",
                record.getMessage(),
                *(f" {key}={value}" for key, value in fields(record).items()),
            ]
        )
        # what came from an executor has no line of its own
        place = f"{record.name}:{record.lineno}" if record.lineno else record.name
        line = f"[{time}] {level.name(record.levelno)} {one_line(message)} ({place})"
        if trace := _trace(self, record):
            line = f"{line}\n{_traced(trace)}"
        return SECRETS.clean(line)


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
        if context := _where(record):
            document["context"] = str(context)[1:-1]
            document["connector"] = context.connector
            if context.task is not None:
                document["task"] = context.task
        document["message"] = record.getMessage()
        if trace := _trace(self, record):
            document["exception"] = trace
        document |= {key: value for key, value in fields(record).items() if key not in document}
        # some readers take more than \n for the end of a line
        return one_line(json.dumps(_cleaned(document), default=_shown, ensure_ascii=False))


def _cleaned(value: Any) -> Any:
    """Hide secrets before quotes and backslashes of them are escaped."""
    if isinstance(value, dict):
        return {str(key): _cleaned(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(item) for item in value]
    return SECRETS.clean(value) if isinstance(value, str) else value


def _shown(value: object) -> str:
    return SECRETS.clean(str(value))


def _traced(trace: str) -> str:
    """Escape control characters inside the lines of a trace."""
    return "\n".join(one_line(line) for line in trace.rstrip("\n").split("\n"))

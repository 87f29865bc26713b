"""Sets logging up, once, in the program's entry."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

from weir_runtime.observe import context, level
from weir_runtime.observe.formatter import JsonFormatter, TextFormatter

FORMATS = {"text": TextFormatter, "json": JsonFormatter}
"""Formats by the names that WEIR_LOG_FORMAT takes."""


def set_up(
    *, log_format: str = "text", root_level: str = "INFO", stream: TextIO | None = None
) -> logging.Handler:
    """Send all logs to one stream, standard output unless another is given.

    Replaces what was set up before, and returns the handler.

    Raises:
        KeyError: there is no such format.
        UnknownLevelError: there is no such level.
    """
    formatter = FORMATS[log_format]()
    number = level.number(root_level)
    level.register()
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(formatter)
    handler.addFilter(context.attach)
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(number)
    logging.captureWarnings(True)
    return handler

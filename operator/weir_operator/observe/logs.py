"""Logs as one short line an entry, on standard error."""

import logging
import sys
from typing import TextIO

_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
# Their news is ours to tell: kopf's watch errors arrive as our own sentences.
_QUIET = ("kopf", "asyncio", "aiohttp", "kubernetes", "urllib3")


def configure(level: str = "INFO", *, stream: TextIO | None = None) -> None:
    """Send the operator's log to ``stream``, by default standard error.

    Libraries are heard from WARNING on, or in full at the level DEBUG.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(logging.Formatter(_FORMAT, datefmt="%H:%M:%S"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel("DEBUG" if level == "DEBUG" else "WARNING")

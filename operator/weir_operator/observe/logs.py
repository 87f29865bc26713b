"""Logs as one short line an entry, on standard error."""

import logging
import sys
from typing import TextIO

_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
_QUIET = {
    # Its retries come with stack traces; a watch that ends is told by ourselves.
    "kopf": "CRITICAL",
    "asyncio": "WARNING",
    "aiohttp": "WARNING",
    "kubernetes": "WARNING",
}


def configure(level: str = "INFO", *, stream: TextIO | None = None) -> None:
    """Send the operator's log to ``stream``, by default standard error.

    Libraries are heard in full at the level DEBUG only.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(logging.Formatter(_FORMAT, datefmt="%H:%M:%S"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, quiet in _QUIET.items():
        logging.getLogger(name).setLevel("DEBUG" if level == "DEBUG" else quiet)

"""Run a check: files in, text or JSON out, exit code back."""

from __future__ import annotations

import asyncio
import logging
import sys

from weir_runtime.api.errors import ConnectError
from weir_runtime.app.check import check, document, text
from weir_runtime.app.check.check import Request
from weir_runtime.app.check.finding import CANNOT_TELL
from weir_runtime.app.main import first
from weir_runtime.observe import log as logging_setup

RENDERERS = {"text": text.render, "json": document.render}
"""Renderers by the words that `-o` takes."""


def run(request: Request, output: str) -> int:
    """Check, print and return the exit code: 0 all runs, 1 something will not, 2 cannot tell."""
    # the report says everything; logs of stores and clients would repeat it in other words
    logging_setup.set_up(root_level="FATAL", stream=sys.stderr)
    logging.raiseExceptions = False
    try:
        report = asyncio.run(check.examine(request))
    except (ConnectError, BaseExceptionGroup) as error:
        cause = first(error)
        if not isinstance(cause, ConnectError):
            raise
        sys.stderr.write(f"weir-worker: {cause}\n")
        return CANNOT_TELL
    sys.stdout.write(RENDERERS[output](report))
    return report.exit_code

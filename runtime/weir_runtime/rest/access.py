"""The request log: one line a request, in NCSA's extended form, with the latency in ms."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from typing import Final

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger

USER: Final = web.RequestKey("user", str)
"""Where a request keeps the name of the user who has logged in."""

LOGGER: Final = logging.getLogger("weir_runtime.rest.access")


class AccessLogger(AbstractAccessLogger):
    """Writes to `weir_runtime.rest.access`; turned off by that logger's level."""

    @property
    def enabled(self) -> bool:
        """Return whether lines are wanted at all."""
        return self.logger.isEnabledFor(logging.INFO)

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        """Write one line; `time` is in seconds."""
        version = f"HTTP/{request.version.major}.{request.version.minor}"
        self.logger.info(
            '%s - %s [%s] "%s %s %s" %d %d "%s" "%s" %d',
            request.remote or "-",
            _clean(request.get(USER, "-")),
            datetime.now().astimezone().strftime("%d/%b/%Y:%H:%M:%S %z"),
            _clean(request.method),
            _clean(request.raw_path),
            version,
            response.status,
            response.body_length,
            _clean(request.headers.get("Referer", "-")),
            _clean(request.headers.get("User-Agent", "-")),
            round(time * 1000),
        )


def _clean(text: str) -> str:
    """Keep a client from writing lines or fields of its own."""
    return json.dumps(text)[1:-1]

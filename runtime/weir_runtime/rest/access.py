"""The request log: one line a request, in NCSA's extended form, with the latency in ms."""

from __future__ import annotations

import functools
import json
import logging
import re
from datetime import datetime
from time import time as now
from typing import Final

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger

USER: Final = web.RequestKey("user", str)
"""Where a request keeps the name of the user who has logged in."""

_PLAIN: Final = re.compile(r"[ !#-\[\]-~]*").fullmatch

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
            _moment(int(now())),
            _clean(request.method),
            _clean(request.raw_path),
            version,
            response.status,
            response.body_length,
            _clean(request.headers.get("Referer", "-")),
            _clean(request.headers.get("User-Agent", "-")),
            round(time * 1000),
        )


@functools.lru_cache(maxsize=2)
def _moment(second: int) -> str:
    return datetime.fromtimestamp(second).astimezone().strftime("%d/%b/%Y:%H:%M:%S %z")


def _clean(text: str) -> str:
    """Keep a client from writing lines or fields of its own."""
    return text if _PLAIN(text) else json.dumps(text)[1:-1]

"""One request from raw path to response."""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qs, urlsplit

from aiohttp import web

from weir_runtime.herder.surface import Herder
from weir_runtime.observe.redaction import SECRETS
from weir_runtime.rest import body, connection, errors, media, view
from weir_runtime.rest.call import Call, Reply
from weir_runtime.rest.endpoint import root
from weir_runtime.rest.errors import HttpError
from weir_runtime.rest.guard import Guard
from weir_runtime.rest.openapi import document
from weir_runtime.rest.route import Router
from weir_runtime.rest.settings import Listener, Settings
from weir_runtime.rest.table import ROUTES

QUERY_FIELDS: Final = 100
ENDPOINT: Final = web.RequestKey("endpoint", str)
"""Where a request keeps the path of its route, for those who count."""

logger = logging.getLogger(__name__)


class Dispatcher:
    """Serves the API on one listener.

    The order of refusals is the reference's: path, method, content type, accepted type, body.
    """

    def __init__(
        self, herder: Herder, settings: Settings, listener: Listener, ready: Callable[[], bool]
    ) -> None:
        self._herder = herder
        self._settings = settings
        self._guard = Guard(settings, listener)
        self._scheme = listener.scheme
        self._routes = [route for route in ROUTES if listener.surface.serves(route.path)]
        self._router = Router(self._routes)
        self._describe = functools.cache(self._description)
        self._ready = ready

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request; never raises but for cancellation."""
        began = time.monotonic()
        try:
            response = await self._serve(request)
        except Exception as error:
            status = errors.status_of(error)
            if not errors.is_expected(error):
                logger.exception("%s %s failed", request.method, request.raw_path)
            shown = view.error(status, SECRETS.clean(errors.message_of(error), weak=False))
            response = connection.answer(status, view.encode(shown))
            if isinstance(error, HttpError):
                response.headers.update(error.headers)
                if error.close:
                    response.force_close()
        took_s = time.monotonic() - began
        self._settings.count_request(request.get(ENDPOINT), request.method, response.status, took_s)
        await self._guard.hold_back(request, response.status)
        self._guard.finish(request, response)
        return response

    def finish(self, request: web.BaseRequest, response: web.Response) -> None:
        """Add to an answer that was made before a request was understood."""
        self._guard.finish(request, response)

    async def _serve(self, request: web.BaseRequest) -> web.Response:
        path, query = _target(request.raw_path)
        self._guard.check_origin(request)
        if not self._ready():
            return _starting(path)
        match = self._router.match(path)
        request[ENDPOINT] = next(iter(match.routes.values())).path
        method = request.method
        if method != "OPTIONS":
            match.route(method)
        await self._guard.identify(request, match)
        if method == "OPTIONS":
            allow = match.allow
            return connection.answer(
                200, ", ".join(allow).encode(), "text/plain", Allow=",".join(allow)
            )
        route = match.route(method)
        content_type = request.headers.get("Content-Type")
        if content_type is not None and not media.is_json(content_type):
            raise HttpError(415)
        if not media.accepts_json(request.headers.get("Accept", "")):
            raise HttpError(406)
        sent = await body.read(request, self._settings) if route.reads_body else None
        if sent and content_type is None:
            raise HttpError(415)
        call = Call(
            herder=self._herder,
            settings=self._settings,
            base_url=f"{self._scheme}://{_host(request)}",
            headers=request.headers,
            params=match.params,
            query=_query(query),
            describe=self._describe,
            body=sent,
        )
        return _response(await route.endpoint(call))

    def _description(self) -> bytes:
        return view.encode(document.build(self._routes, login=self._settings.auth is not None))


def _target(raw: str) -> tuple[str, str]:
    if not raw.startswith("/"):
        # the absolute form, which proxies send; `*` and the like match no path
        parts = urlsplit(raw)
        return parts.path or "/", parts.query
    path, _, query = raw.partition("?")
    return path, query.partition("#")[0]


def _query(query: str) -> dict[str, list[str]]:
    if not query:
        return {}
    try:
        return parse_qs(query, keep_blank_values=True, max_num_fields=QUERY_FIELDS)
    except ValueError as error:
        raise HttpError(400, f"More than {QUERY_FIELDS} query parameters") from error


def _host(request: web.BaseRequest) -> str:
    host = request.headers.get("Host")
    if host:
        return host
    address = request.transport and request.transport.get_extra_info("sockname")
    return f"{address[0]}:{address[1]}" if address else "localhost"


def _starting(path: str) -> web.Response:
    if path.removesuffix("/") == "/health":
        response = _response(root.show(root.STARTING))
    else:
        response = connection.answer(503, view.encode(view.error(503, root.STARTING.message)))
    response.headers["Retry-After"] = "1"
    return response


def _response(reply: Reply) -> web.Response:
    encoded = b"" if reply.body is None else view.encode(reply.body)
    return connection.answer(reply.status, encoded, **reply.headers)

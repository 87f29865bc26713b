"""What stands between a request that was understood and the endpoint that serves it."""

from __future__ import annotations

import asyncio
from typing import Final, cast

from aiohttp import web

from weir_runtime.aio.clock import Clock, SystemClock
from weir_runtime.config.worker import listener as config
from weir_runtime.rest import access, cors, header, origin, tls
from weir_runtime.rest.bucket import Buckets
from weir_runtime.rest.connection import Connection
from weir_runtime.rest.operation import Tag
from weir_runtime.rest.origin import HostRule
from weir_runtime.rest.route import Match
from weir_runtime.rest.settings import Listener, Settings

BODY_UNIT: Final = 8192
"""Bytes of a body that cost as much as a refusal."""

BURST_S: Final = 2.0
DEBT_S: Final = 5.0
"""For how long at most a refusal is held back."""


class Guard:
    """Judges requests of one listener, and adds to its answers."""

    def __init__(self, settings: Settings, listener: Listener, clock: Clock | None = None) -> None:
        self._settings = settings
        self._clock = clock or SystemClock()
        address = config.Listener(listener.scheme, listener.host, listener.port)
        is_private = not address.is_open and settings.auth is None
        self._hosts = HostRule(settings.hosts, is_private=is_private)
        rate = settings.refusal_rate
        self._refusals = Buckets(self._clock, rate=rate, burst=rate * BURST_S, debt=rate * DEBT_S)

    def check_origin(self, request: web.BaseRequest) -> None:
        """Refuse what a web page makes a browser send.

        Raises:
            HttpError: 421 or 403.
        """
        self._hosts.check(request.headers)
        origin.check_page(request.method, request.headers, self._settings.cors)

    async def identify(self, request: web.BaseRequest, match: Match) -> None:
        """Find out who sends a request, if anybody needs to log in.

        Requests between workers carry signatures of their own, and a browser asks without a
        password whether it may ask with one.

        Raises:
            HttpError: 401 or 429.
        """
        auth, method = self._settings.auth, request.method
        name = tls.subject(request.transport)
        if name is not None:
            request[access.USER] = name
        if auth is None or cors.is_preflight(self._settings.cors, method, request.headers):
            return
        route = match.routes.get(method)
        if route is not None and route.endpoint.tag is Tag.INTERNAL:
            return
        header_value = request.headers.get("Authorization")
        request[access.USER] = await auth.user_of(header_value, client_of(request))

    async def hold_back(self, request: web.BaseRequest, status: int) -> None:
        """Let a client wait that has had many requests refused, or sends much.

        What it sends on purpose costs it time, and others hardly any.
        """
        size = request.content.total_raw_bytes if request.body_exists else 0
        cost = size // BODY_UNIT + (400 <= status < 500)
        if not cost:
            return
        delay_s = self._refusals.take(client_of(request), cost)
        if delay_s > 0:
            await asyncio.sleep(delay_s)

    def finish(self, request: web.BaseRequest, response: web.Response) -> None:
        """Add what the worker's config puts on every answer."""
        settings = self._settings
        if settings.cors.origins:
            allowed = cors.headers(settings.cors, request.method, request.headers)
            if settings.auth is not None and "Access-Control-Allow-Headers" in allowed:
                allowed["Access-Control-Allow-Headers"] += ",Authorization"
            response.headers.update(allowed)
        if settings.headers:
            header.apply(settings.headers, response.headers, self._clock.now_ms() / 1000)


def client_of(request: web.BaseRequest) -> str:
    """Return where a request comes from, as far as fairness goes."""
    return cast(Connection, request.protocol).client

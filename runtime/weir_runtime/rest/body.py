"""Read a request's body within its limits."""

from __future__ import annotations

import asyncio

from aiohttp import web

from weir_runtime.rest.errors import HttpError
from weir_runtime.rest.settings import Settings


async def read(request: web.BaseRequest, settings: Settings) -> bytes:
    """Return the whole body, empty where there is none.

    Raises:
        HttpError: 413 too large, 408 too slow, 415 compressed, 417 an unknown expectation.
    """
    if not request.body_exists:
        return b""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise HttpError(415, "Compressed request bodies are not accepted", close=True)
    if (request.content_length or 0) > settings.body_limit:
        raise _too_large(settings)
    _expect(request)
    try:
        async with asyncio.timeout(settings.body_timeout_s):
            return await _collect(request, settings)
    except TimeoutError as error:
        raise HttpError(
            408,
            f"The request's body did not arrive within {settings.body_timeout_s:g} s",
            close=True,
        ) from error


async def _collect(request: web.BaseRequest, settings: Settings) -> bytes:
    chunks = bytearray()
    while chunk := await request.content.readany():
        chunks += chunk
        if len(chunks) > settings.body_limit:
            raise _too_large(settings)
    return bytes(chunks)


def _too_large(settings: Settings) -> HttpError:
    return HttpError(
        413, f"The request's body is larger than {settings.body_limit} bytes", close=True
    )


def _expect(request: web.BaseRequest) -> None:
    expectation = request.headers.get("Expect")
    if expectation is None or request.transport is None:
        return
    if expectation.lower() != "100-continue":
        raise HttpError(417, close=True)
    request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

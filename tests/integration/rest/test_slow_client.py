"""Clients that take their time, against a server with its default limits."""

import asyncio
import time
from typing import Any, cast

import pytest

from weir_runtime.herder.surface import Herder
from weir_runtime.rest.server import Server
from weir_runtime.rest.settings import Listener, Settings

pytestmark = pytest.mark.slow
PROBES = {
    "silent": b"",
    "half a header": b"GET /connectors HTTP/1.1\r\nHost: a\r\n",
    "half a body": b"POST /connectors HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    b'Content-Length: 100\r\n\r\n{"name":',
    "half a body that nobody reads": b"PUT /connectors HTTP/1.1\r\nHost: a\r\n"
    b"Content-Length: 100\r\n\r\n{",
}


async def cut_after(address: tuple[str, int], sent: bytes) -> float:
    reader, writer = await asyncio.open_connection(*address)
    began = time.monotonic()
    writer.write(sent)
    async with asyncio.timeout(30):
        await reader.read()
    writer.close()
    return time.monotonic() - began


async def test_every_slow_client_is_cut_within_ten_seconds() -> None:
    # no probe gets as far as the herder
    herder: Any = object()
    server = Server(cast(Herder, herder), Settings(listeners=[Listener("127.0.0.1", 0)]))
    await server.start()
    try:
        address = server.addresses[0]
        times = await asyncio.gather(*(cut_after(address, sent) for sent in PROBES.values()))
    finally:
        await server.stop(1)
    late = {name: took for name, took in zip(PROBES, times, strict=True) if took >= 10}
    assert not late

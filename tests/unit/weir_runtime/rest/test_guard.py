"""Limits, login and headers of the server as a whole."""

import asyncio
import base64
import dataclasses
from pathlib import Path
from typing import Any

import pytest

from weir_runtime.aio.clock import SystemClock
from weir_runtime.config.worker.header import Rule
from weir_runtime.rest.auth.basic import BasicAuth
from weir_runtime.rest.auth.store import Store
from weir_runtime.rest.settings import Cors, Listener, Settings

LOCAL = Settings(listeners=[Listener("127.0.0.1", 0)])


@pytest.fixture
def guarded(tmp_path: Path) -> Settings:
    file = tmp_path / "users"
    file.write_text("alice=secret\n")
    auth = BasicAuth(Store(file, SystemClock()), SystemClock())
    return dataclasses.replace(LOCAL, auth=auth, cors=Cors(["http://ui"]))


LOGIN = "Basic " + base64.b64encode(b"alice:secret").decode()


async def test_a_login_is_asked_for_after_path_and_method(serve: Any, guarded: Settings) -> None:
    call = await serve(guarded)
    assert (await call("GET", "/connectors")).status == 401
    assert (await call("GET", "/health")).status == 401
    assert (await call("GET", "/nothing")).status == 404
    assert (await call("DELETE", "/connectors")).status == 405
    assert (await call("GET", "/connectors", Authorization=LOGIN)).status == 200


async def test_requests_between_workers_are_exempt(serve: Any, guarded: Settings) -> None:
    call = await serve(guarded)
    assert (await call("PUT", "/connectors/c/fence")).status == 400
    assert (await call("GET", "/connectors/c/tasks")).status == 401


async def test_a_preflight_of_an_allowed_origin_is_exempt(serve: Any, guarded: Settings) -> None:
    call = await serve(guarded)
    asked = {"Origin": "http://ui", "Access_Control_Request_Method": "POST"}
    answer = await call("OPTIONS", "/connectors", **asked)
    assert answer.status == 200
    assert answer.headers["access-control-allow-headers"] == "Content-Type,Authorization"
    assert (await call("OPTIONS", "/connectors", Origin="http://ui")).status == 401


async def test_configured_headers_are_on_errors_of_http_too(serve: Any) -> None:
    call = await serve(dataclasses.replace(LOCAL, headers=[Rule("X-Own", "yes")]))
    for data in (b"junk\r\n\r\n", b"GET /nothing HTTP/1.1\r\nConnection: close\r\n\r\n"):
        assert b"\r\nX-Own: yes\r\n" in await call.raw(data)


async def test_a_client_has_its_share_of_connections(serve: Any) -> None:
    call = await serve(dataclasses.replace(LOCAL, client_limit=1))
    held = await asyncio.open_connection(call.host, call.port)
    try:
        data = await call.raw(b"GET /connectors HTTP/1.1\r\n\r\n")
        assert b"1 connections from 127.0.0.1 are open; close some of them" in data
    finally:
        held[1].close()


async def test_a_client_that_does_not_read_is_cut(serve: Any, twin: Any) -> None:
    twin.add("c", filler="x" * 500_000)
    call = await serve(dataclasses.replace(LOCAL, write_timeout_s=0.05))
    _, writer = await asyncio.open_connection(call.host, call.port, limit=1024)
    writer.transport.pause_reading()  # type: ignore[attr-defined]

    async def ask_without_end() -> None:
        while True:
            writer.write(b"GET /connectors/c HTTP/1.1\r\nHost: a\r\n\r\n" * 20)
            await writer.drain()
            await asyncio.sleep(0.01)

    with pytest.raises(ConnectionError):
        await asyncio.wait_for(ask_without_end(), 5)
    writer.close()


async def test_what_is_refused_costs_its_sender_time_and_nobody_else(serve: Any) -> None:
    call = await serve(dataclasses.replace(LOCAL, refusal_rate=20.0))
    loop = asyncio.get_running_loop()
    began = loop.time()
    # worth 43 refusals, of which 40 are free
    answer = await call("POST", "/connectors", b"x" * 42 * 8192)
    assert answer.status == 400
    assert loop.time() - began > 0.1
    began = loop.time()
    assert (await call("GET", "/connectors")).status == 200
    assert loop.time() - began < 0.1

"""Listeners, their ends, and clients that take their time."""

import asyncio
import contextlib
import dataclasses
import logging
import socket
from typing import Any

import pytest

from weir_runtime.api.errors import ConfigError
from weir_runtime.rest.server import Server
from weir_runtime.rest.settings import Listener, Settings

LOCAL = Listener("127.0.0.1", 0)
FAST = Settings(listeners=[LOCAL], keepalive_timeout_s=0.05, body_timeout_s=0.05, linger_s=0.02)


async def test_a_port_in_use_is_one_clear_sentence(twin: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = Server(twin, Settings(listeners=[LOCAL, Listener("127.0.0.1", port)]))
        with pytest.raises(ConfigError) as raised:
            await server.start()
    assert str(raised.value) == (
        f"Cannot listen on http://127.0.0.1:{port}: the port is in use by another program;"
        " change 'listeners' or free the address"
    )
    assert server.addresses == []


async def test_an_unknown_host_is_one_clear_sentence(twin: Any) -> None:
    with pytest.raises(ConfigError, match=r"Cannot listen on http://192\.0\.2\.1:0: this machine"):
        await Server(twin, Settings(listeners=[Listener("192.0.2.1", 0)])).start()


async def test_an_empty_host_is_all_interfaces_and_the_url_can_be_called(twin: Any) -> None:
    server = Server(twin, Settings(listeners=[Listener("", 0)]))
    await server.start()
    try:
        assert server.url == f"http://127.0.0.1:{server.addresses[0][1]}"
        assert {host for host, _ in server.addresses} <= {"0.0.0.0", "::"}
    finally:
        await server.stop(0.1)


async def test_several_listeners_serve_the_same(serve: Any, twin: Any) -> None:
    server = Server(twin, Settings(listeners=[LOCAL, LOCAL]))
    await server.start()
    assert len(server.addresses) == 2
    for host, port in server.addresses:
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(b"GET /connectors HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert (await reader.read()).endswith(b"[]")
        writer.close()
    await server.stop(0.1)


async def test_a_stop_lets_a_request_end_and_takes_no_new_ones(twin: Any) -> None:
    server = Server(twin, Settings(listeners=[LOCAL]))
    await server.start()
    host, port = server.addresses[0]
    twin.slow.clear()
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
    await asyncio.sleep(0.02)
    async with asyncio.TaskGroup() as group:
        stopping = group.create_task(server.stop(5))
        await asyncio.sleep(0.02)
        assert not stopping.done()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(host, port)
        twin.slow.set()
    assert b"200 OK" in await reader.read()
    writer.close()


async def test_a_stop_cuts_what_takes_longer_than_its_time(twin: Any) -> None:
    server = Server(twin, Settings(listeners=[LOCAL]))
    await server.start()
    twin.slow.clear()
    reader, writer = await asyncio.open_connection(*server.addresses[0])
    writer.write(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
    await asyncio.sleep(0.02)
    await asyncio.wait_for(server.stop(0.05), 1)
    assert await reader.read() == b""
    writer.close()


@pytest.mark.parametrize("sent", [b"", b"GET /connectors HTTP/1.1\r\nHost: a\r\n", b"G"])
async def test_a_client_without_a_whole_head_is_cut(serve: Any, sent: bytes) -> None:
    call = await serve(FAST)
    assert await asyncio.wait_for(call.raw(sent), 1) == b""


async def test_a_client_that_drips_its_head_is_cut(serve: Any) -> None:
    call = await serve(FAST)
    reader, writer = await asyncio.open_connection(call.host, call.port)

    async def drip() -> None:
        for letter in b"GET /connectors HTTP/1.1\r\nX-Long: " + b"x" * 1000:
            writer.write(bytes([letter]))
            await asyncio.sleep(0.01)

    dripping = asyncio.ensure_future(drip())
    with contextlib.suppress(ConnectionResetError):
        assert await asyncio.wait_for(reader.read(), 1) == b""
    dripping.cancel()
    writer.close()


async def test_a_client_with_half_a_body_gets_408_and_is_cut(serve: Any) -> None:
    call = await serve(FAST)
    data = await asyncio.wait_for(
        call.raw(
            b"POST /connectors HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            b'Content-Length: 100\r\n\r\n{"name":'
        ),
        1,
    )
    assert data.startswith(b"HTTP/1.1 408 ")
    assert b'"error_code":408' in data


async def test_half_a_body_that_nobody_reads_is_cut_too(serve: Any, twin: Any) -> None:
    twin.add("c")
    call = await serve(FAST)
    data = await asyncio.wait_for(
        call.raw(b"PUT /connectors/c/pause HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{"), 1
    )
    assert data.startswith(b"HTTP/1.1 202 ")


async def test_connections_beyond_the_limit_are_closed(
    serve: Any, caplog: pytest.LogCaptureFixture
) -> None:
    call = await serve(dataclasses.replace(FAST, connection_limit=2, keepalive_timeout_s=5))
    held = [await asyncio.open_connection(call.host, call.port) for _ in range(2)]
    reader, writer = await asyncio.open_connection(call.host, call.port)
    data = await asyncio.wait_for(reader.read(), 1)
    assert data.startswith(b"HTTP/1.1 503 ")
    assert b'{"error_code":503,"message":"All 2 connections are taken; try again later"}' in data
    assert "1 connections refused, the last one because: All 2 connections" in caplog.text
    for _, each in [*held, (reader, writer)]:
        each.close()


async def test_a_connection_serves_several_requests(serve: Any) -> None:
    call = await serve(Settings(listeners=[LOCAL]))
    data = await call.raw(
        b"GET /connectors HTTP/1.1\r\nHost: a\r\n\r\n"
        b"GET /connectors HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    )
    assert data.count(b"HTTP/1.1 200 OK") == 2


async def test_each_request_is_one_line_of_the_access_log(
    serve: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "weir_runtime.rest.access")
    call = await serve(Settings(listeners=[LOCAL]))
    await call("GET", "/connectors/a%0Ab?x=1", User_Agent='cu"rl\t\x80', Referer="-")
    lines = [r.getMessage() for r in caplog.records if r.name == "weir_runtime.rest.access"]
    assert len(lines) == 1
    head, _, tail = lines[0].partition("] ")
    assert head.startswith("127.0.0.1 - - [")
    assert tail.startswith('"GET /connectors/a%0Ab?x=1 HTTP/1.1" 400 ')
    assert '"cu\\"rl' in tail
    assert "\t" not in lines[0]
    assert tail.rsplit(" ", 1)[1].isdigit()


async def test_the_access_log_can_be_turned_off(
    serve: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "weir_runtime.rest.access")
    call = await serve(Settings(listeners=[LOCAL]))
    await call("GET", "/connectors")
    assert [r for r in caplog.records if r.name == "weir_runtime.rest.access"] == []

"""The client against servers that misbehave: always one error, always in time."""

import asyncio
import base64
import json
import ssl
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from weir_operator import __version__
from weir_operator.cli.weirctl import worker as weirctl_worker
from weir_operator.client import error
from weir_operator.client.http import HttpConnect
from weir_operator.client.target import ClusterTarget
from weir_operator.client.transport import Limits

FAST = Limits(connect_s=0.3, read_s=0.5, write_s=0.7, answer_bytes=10_000)
Reply = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


def answer(status: str, body: bytes, *headers: str, length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
    lines += [*headers, "Connection: close", "", ""]
    return "\r\n".join(lines).encode() + body


@asynccontextmanager
async def server(reply: Reply, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            await reply(head, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    port = listening.sockets[0].getsockname()[1]
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    finally:
        listening.close()


def sends(data: bytes) -> Reply:
    async def reply(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()

    return reply


async def silence(head: bytes, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(5)


async def drip(head: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(answer("200 OK", b"", length=1000))
    for _ in range(100):
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.05)


async def hang_up(head: bytes, writer: asyncio.StreamWriter) -> None:
    writer.close()


CASES = {
    "html instead of JSON": (sends(answer("200 OK", b"<html>hello</html>")), "not Connect's"),
    "another JSON": (sends(answer("200 OK", b'"pong"')), "not Connect's"),
    "a half body": (sends(answer("200 OK", b'{"a": ', length=900)), "GET http"),
    "half of the JSON": (sends(answer("200 OK", b'{"a": ')), "not Connect's"),
    "a proxy's 502": (sends(answer("502 Bad Gateway", b"<html>")), "HTTP 502"),
    "a starting worker's 404": (sends(answer("404 Not Found", b"<html>")), "HTTP 404"),
    "a redirect": (sends(answer("302 Found", b"", "Location: http://evil/")), "http://evil/"),
    "not HTTP": (sends(b"SSH-2.0-OpenSSH\r\n\r\n"), "GET http"),
    "too large": (sends(answer("200 OK", b" " * 20_000)), "larger than 10000"),
    "a black hole": (silence, "within the time limit"),
    "a slow drip": (drip, "within the time limit"),
    "a hang-up": (hang_up, "GET http"),
}


@pytest.mark.parametrize("case", CASES)
async def test_a_bad_answer_is_one_error_in_time(case: str) -> None:
    reply, part = CASES[case]
    async with server(reply) as url:
        api = HttpConnect(ClusterTarget(url), FAST)
        begin = time.monotonic()
        with pytest.raises(error.UnavailableError, match=part):
            await api.read()
        assert time.monotonic() - begin < 1.5
        await api.close()


async def test_a_refused_connection_certainly_had_no_effect() -> None:
    async with server(silence) as url:
        pass
    api = HttpConnect(ClusterTarget(url), FAST)
    with pytest.raises(error.UnavailableError) as caught:
        await api.delete("c")
    assert str(caught.value) == f"cannot connect to {url}: connection refused"
    assert not caught.value.outcome_unknown
    await api.close()


@pytest.mark.parametrize("case", ["a black hole", "a half body", "a hang-up", "a proxy's 502"])
async def test_a_write_whose_answer_is_lost_has_an_unknown_outcome(case: str) -> None:
    async with server(CASES[case][0]) as url:
        api = HttpConnect(ClusterTarget(url), FAST)
        with pytest.raises(error.UnavailableError) as caught:
            await api.create("c", {"name": "c"}, "running")
        assert caught.value.outcome_unknown
        await api.close()


async def test_names_are_encoded_whole_and_credentials_are_sent() -> None:
    heads: list[bytes] = []

    async def reply(head: bytes, writer: asyncio.StreamWriter) -> None:
        heads.append(head)
        writer.write(answer("204 No Content", b""))

    async with server(reply) as url:
        api = HttpConnect(ClusterTarget(f"{url}/base", username="ü", password="p:w"), FAST)
        await api.delete("a/b%2Fc ?#->ü")
        await api.delete("..")
        await api.close()
    assert heads[0].startswith(b"DELETE /base/connectors/a%2Fb%252Fc%20%3F%23-%3E%C3%BC HTTP/1.1")
    assert heads[1].startswith(b"DELETE /base/connectors/%2E%2E HTTP/1.1")
    assert base64.b64encode("ü:p:w".encode()) in heads[0]


async def test_a_worker_without_expand_is_read_one_by_one() -> None:
    async def reply(head: bytes, writer: asyncio.StreamWriter) -> None:
        path = head.split()[1].decode().partition("?")[0]
        info = {"name": "a", "config": {"name": "a"}, "tasks": [], "type": "sink"}
        status = {"name": "a", "connector": {"state": "RUNNING"}, "tasks": []}
        gone = {"error_code": 404, "message": "Connector b not found"}
        bodies: dict[str, object] = {
            "/connectors": ["a", "b"],
            "/connectors/a": info,
            "/connectors/a/status": status,
        }
        found = path in bodies
        body = json.dumps(bodies.get(path, gone)).encode()
        writer.write(answer("200 OK" if found else "404 Not Found", body))

    async with server(reply) as url:
        api = HttpConnect(ClusterTarget(url), FAST)
        found = await api.read()
        await api.close()
    assert set(found) == {"a"}


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-keyout", str(key), "-out", str(certificate), "-subj", "/CN=worker"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(command, check=True, capture_output=True)
    return key, certificate


async def test_tls_needs_the_right_authority_and_gives_our_certificate(
    certificate: tuple[Path, Path],
) -> None:
    key, cert = certificate
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(cert, key)
    tls.load_verify_locations(cert)
    tls.verify_mode = ssl.CERT_REQUIRED
    pem, key_pem = cert.read_text(), key.read_text()
    async with server(sends(answer("200 OK", b"{}")), tls) as url:
        good = HttpConnect(ClusterTarget(url, ca_pem=pem, cert_pem=pem, key_pem=key_pem), FAST)
        assert await good.read() == {}
        await good.close()
        for target, why in (
            (ClusterTarget(url), "TLS: the certificate is not accepted: self-signed certificate$"),
            (ClusterTarget(url, ca_pem=pem), "certificate required|connection"),
        ):
            bad = HttpConnect(target, FAST)
            with pytest.raises(error.UnavailableError, match=why):
                await bad.read()
            await bad.close()


async def test_https_to_a_plain_port_is_told_in_few_words() -> None:
    def no_tls(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer("400 Bad Request", b""))
        writer.close()

    listening = await asyncio.start_server(no_tls, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    api = HttpConnect(ClusterTarget(f"https://127.0.0.1:{port}"), FAST)
    try:
        with pytest.raises(error.UnavailableError, match="TLS: the server does not speak it"):
            await api.read()
    finally:
        await api.close()
        listening.close()


async def test_a_name_that_nobody_knows_is_told_in_few_words() -> None:
    api = HttpConnect(ClusterTarget("http://nowhere.invalid:8083"))
    why = "name not known|the name cannot be looked up"
    with pytest.raises(error.UnavailableError, match=f"^cannot connect to http://.*: ({why})"):
        await api.read()
    await api.close()


async def test_an_address_below_the_root_is_told_as_a_wrong_address() -> None:
    body = json.dumps({"error_code": 404, "message": "Connector connectors not found"}).encode()
    async with server(sends(answer("404 Not Found", body))) as url:
        api = HttpConnect(ClusterTarget(f"{url}/connectors"), FAST)
        with pytest.raises(error.UnavailableError, match="not the address of a Connect worker"):
            await api.read()
        await api.close()


@pytest.mark.parametrize("agent", ["weirctl/", "weir-operator/"])
async def test_a_worker_is_told_which_program_asks(agent: str) -> None:
    heads: list[bytes] = []

    async def reply(head: bytes, writer: asyncio.StreamWriter) -> None:
        heads.append(head)
        writer.write(answer("200 OK", b"{}"))

    async with server(reply) as url:
        target = ClusterTarget(url)
        api = weirctl_worker.connect(target) if agent == "weirctl/" else HttpConnect(target)
        await api.read()
        await api.close()
    assert f"User-Agent: {agent}{__version__}\r\n".encode() in heads[0]


async def test_a_certificate_that_is_no_pem_is_told_and_not_sent() -> None:
    api = HttpConnect(ClusterTarget("https://127.0.0.1:1", ca_pem="no PEM"), FAST)
    with pytest.raises(error.UnauthorizedError, match="cannot be used"):
        await api.read()
    await api.close()

"""https listeners of a real worker."""

from __future__ import annotations

import concurrent.futures
import contextlib
import http.client
import json
import os
import shutil
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from certificate import PASSWORD, Authority
from worker_process import STRING, WorkerProcess, write_properties

Client = Callable[..., ssl.SSLContext]


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Authority:
    """Give a second authority, which has signed a server and a client of its own."""
    assert authority.pem.exists()  # what the machine lacks is told there
    made = Authority(tmp_path_factory.mktemp("other"), "other")
    for name in ("server", "client"):
        made.sign(name)
        made.store(name, jks=False)
    return made


def client(
    authority: Authority, certificate: Path | None = None, *, newest: bool = True
) -> ssl.SSLContext:
    """Return how a client connects that trusts an authority, with a certificate if told."""
    context = ssl.create_default_context(cafile=str(authority.pem))
    if certificate is not None:
        context.load_cert_chain(certificate)
    if not newest:
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


def get(port: int, path: str = "/", tls: ssl.SSLContext | None = None) -> tuple[int, bytes]:
    connection = (
        http.client.HTTPConnection("localhost", port, timeout=10)
        if tls is None
        else http.client.HTTPSConnection("localhost", port, timeout=10, context=tls)
    )
    with contextlib.closing(connection):
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()


@contextlib.contextmanager
def running(folder: Path, port: int, **keys: str) -> Iterator[WorkerProcess]:
    """Run a standalone worker; `__` stands for the dots of its keys. `port` is its plain one."""
    given = {
        "bootstrap.servers": "memory://",
        "key.converter": STRING,
        "value.converter": STRING,
        "offset.storage.file.filename": str(folder / "offsets"),
        **{key.replace("__", "."): value for key, value in keys.items()},
    }
    file = write_properties(folder / "worker.properties", given)
    worker = WorkerProcess(["standalone", str(file)], port, folder / "worker.log")
    try:
        yield worker.start()
        assert worker.stop() == 0
        assert "Traceback" not in worker.text()
        assert PASSWORD not in worker.text()
    finally:
        worker.kill()


def jks(folder: Path, prefix: str = "listeners__https__") -> dict[str, str]:
    return {
        f"{prefix}ssl__keystore__location": str(folder / "server.jks"),
        f"{prefix}ssl__keystore__password": PASSWORD,
        f"{prefix}ssl__truststore__location": str(folder / "ca-trust.jks"),
        f"{prefix}ssl__truststore__password": PASSWORD,
    }


def test_http_https_and_admin_are_served_at_once_each_with_its_own_keys(
    authority: Authority, tmp_path: Path, free_port_of: Callable[[int], int]
) -> None:
    plain = free_port_of(3)
    secure, admin = plain + 1, plain + 2
    prefix = "admin__listeners__https__"
    keys = {
        **jks(authority.folder),
        "listeners": f"http://127.0.0.1:{plain},HTTPS://localhost:{secure}",
        "listeners__https__ssl__client__auth": "requested",
        "rest__advertised__listener": "https",
        "admin__listeners": f"https://localhost:{admin}",
        f"{prefix}ssl__keystore__location": str(authority.folder / "server.p12"),
        f"{prefix}ssl__keystore__type": "PKCS12",
        f"{prefix}ssl__keystore__password": PASSWORD,
        f"{prefix}ssl__truststore__type": "PEM",
        f"{prefix}ssl__truststore__location": str(authority.pem),
        f"{prefix}ssl__client__auth": "required",
    }
    named = client(authority, authority.folder / "client.pem")
    stranger = client(authority)
    with running(tmp_path, plain, **keys) as worker:
        assert f"url=https://localhost:{secure}" in worker.text()
        assert get(plain)[0] == get(secure, tls=stranger)[0] == get(secure, tls=named)[0] == 200
        assert get(secure, "/admin/loggers", named)[0] == 404
        assert get(admin, "/admin/loggers", named)[0] == 200
        assert get(admin, "/connectors", named)[0] == 404
        with pytest.raises(ssl.SSLError, match="CERTIFICATE_REQUIRED"):
            get(admin, "/admin/loggers", stranger)
        with pytest.raises(ssl.SSLError, match=r"HANDSHAKE_FAILURE|CERTIFICATE"):
            get(admin, "/admin/loggers", client(authority, newest=False))
        log = worker.log.read_text()
        assert "localhost - CN=client,O=Weir [" in log or "127.0.0.1 - CN=client,O=Weir [" in log


def test_a_wrong_client_is_told_what_is_wrong(
    authority: Authority, other: Authority, tmp_path: Path, free_port_of: Callable[[int], int]
) -> None:
    plain = free_port_of(2)
    secure = plain + 1
    keys = {
        **jks(authority.folder),
        "listeners": f"http://127.0.0.1:{plain},https://localhost:{secure}",
        "listeners__https__ssl__client__auth": "requested",
    }
    with running(tmp_path, plain, **keys):
        status, body = get(secure)
        assert (status, json.loads(body)["message"]) == (
            400,
            "This port speaks HTTPS and the request is plain HTTP: use https:// in the URL",
        )
        with pytest.raises(ssl.SSLError, match="UNKNOWN_CA"):
            get(secure, tls=client(authority, other.folder / "client.pem"))
        old = client(authority)
        old.set_ciphers("ALL:@SECLEVEL=0")
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            old.minimum_version = ssl.TLSVersion.TLSv1_1
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            old.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises(ssl.SSLError, match="PROTOCOL_VERSION"):
            get(secure, tls=old)
        with socket.create_connection(("localhost", secure)) as noise:
            noise.sendall(b"\x16\x03\x01\x00\x05hello" + os.urandom(200))
            noise.settimeout(10)
            assert noise.recv(1024)[:1] == b"\x15"  # an alert
        assert get(secure, tls=client(authority))[0] == 200


def test_handshakes_that_never_end_are_cut_and_forgotten(
    authority: Authority, tmp_path: Path, free_port_of: Callable[[int], int]
) -> None:
    plain = free_port_of(2)
    secure = plain + 1
    keys = {
        **jks(authority.folder),
        "listeners": f"http://127.0.0.1:{plain},https://localhost:{secure}",
    }
    with running(tmp_path, plain, **keys) as worker, contextlib.ExitStack() as open_ones:
        assert worker.process is not None
        files = Path(f"/proc/{worker.process.pid}/fd")
        before = len(list(files.iterdir()))
        began = time.monotonic()
        for number in range(40):
            silent = open_ones.enter_context(socket.create_connection(("localhost", secure)))
            silent.settimeout(30)
            if number % 2:
                silent.sendall(b"\x16\x03\x01\x02\x00\x01")  # the start of a ClientHello
            if number == 0:
                first = silent
        assert get(secure, tls=client(authority))[0] == 200
        with contextlib.suppress(ConnectionError):
            assert first.recv(1) == b""
        assert time.monotonic() - began < 20
        worker.until(lambda: len(list(files.iterdir())) <= before, "connections are kept", 5)
        assert get(secure, tls=client(authority))[0] == 200


def swap(new: Path, file: Path) -> None:
    """Put a file in the place of another at once."""
    copy = file.with_suffix(".new")
    shutil.copy(new, copy)
    copy.rename(file)


class Load:
    """Clients that ask again and again, one of them over a single connection."""

    def __init__(self, port: int, tls: ssl.SSLContext) -> None:
        self._port = port
        self._tls = tls
        self._over = threading.Event()

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Ask until the block is left; no request of any client may fail."""
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            asking = [pool.submit(one) for one in (self._kept, self._fresh, self._fresh)]
            try:
                yield
            finally:
                self._over.set()
            assert min(one.result() for one in asking) > 10

    def _fresh(self) -> int:
        count = 0
        while not self._over.is_set():
            assert get(self._port, "/connectors", self._tls) == (200, b"[]")
            count += 1
            time.sleep(0.02)
        return count

    def _kept(self) -> int:
        count = 0
        kept = http.client.HTTPSConnection("localhost", self._port, timeout=10, context=self._tls)
        with contextlib.closing(kept):
            kept.connect()
            first = kept.sock
            while not self._over.is_set():
                kept.request("GET", "/connectors")
                answer = kept.getresponse()
                assert (answer.status, answer.read()) == (200, b"[]")
                assert kept.sock is first
                count += 1
                time.sleep(0.02)
        return count


def followed(worker: WorkerProcess, port: int, folders: tuple[Authority, Authority]) -> None:
    """Break the worker's own store, then replace it, and see what clients are shown."""
    authority, other = folders
    own = worker.log.with_name("own.p12")
    fresh = client(other, authority.folder / "client.pem")
    own.write_bytes(own.read_bytes()[:700])
    worker.until(lambda: "Certificates stay as they were" in worker.text(), "no warning")
    with pytest.raises(ssl.SSLCertVerificationError):
        get(port, tls=fresh)
    swap(other.folder / "server.p12", own)
    worker.until(lambda: "Certificates were read again" in worker.text(), "not read")
    assert get(port, tls=fresh)[0] == 200
    assert worker.text().count("Certificates stay as they were") == 1


def test_certificates_are_followed_under_load_and_nobody_notices(
    authority: Authority, other: Authority, tmp_path: Path, free_port_of: Callable[[int], int]
) -> None:
    plain = free_port_of(2)
    secure = plain + 1
    own, trusted = tmp_path / "own.p12", tmp_path / "trusted.pem"
    shutil.copy(authority.folder / "server.p12", own)
    trusted.write_text(authority.pem.read_text())
    prefix = "listeners__https__ssl__"
    keys = {
        "listeners": f"http://127.0.0.1:{plain},https://localhost:{secure}",
        f"{prefix}keystore__location": str(own),
        f"{prefix}keystore__password": PASSWORD,
        f"{prefix}truststore__location": str(trusted),
        f"{prefix}truststore__type": "PEM",
        f"{prefix}client__auth": "required",
    }
    both = client(authority, authority.folder / "client.pem")
    both.load_verify_locations(cafile=str(other.pem))
    with running(tmp_path, plain, **keys) as worker:
        with Load(secure, both).running():
            followed(worker, secure, (authority, other))
        # the authority of the clients is taken away: old sessions and certificates let nobody in
        trusted.write_text(other.pem.read_text())
        late = client(other, other.folder / "client.pem")

        def is_let_in() -> bool:
            with contextlib.suppress(ssl.SSLError):
                return get(secure, tls=late)[0] == 200
            return False

        worker.until(is_let_in, "the new authority is not trusted", 10)
        with pytest.raises(ssl.SSLError, match="UNKNOWN_CA"):
            get(secure, tls=both)

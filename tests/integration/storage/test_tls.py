"""The control client's TLS settings against a server that asks for a certificate."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from weir_runtime.api.errors import ConfigError
from weir_runtime.kafka.control.tls import keywords

SUBJECT = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")


def openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a certificate that is its own authority, and its key in two forms."""
    assert shutil.which("openssl"), "openssl makes the certificates of this test"
    folder = tmp_path_factory.mktemp("pem")
    key, chain, locked = folder / "key.pem", folder / "chain.pem", folder / "locked.pem"
    openssl(
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
        "-keyout", str(key), "-out", str(chain), *SUBJECT,
    )  # fmt: skip
    openssl("rsa", "-aes256", "-passout", "pass:pw", "-in", str(key), "-out", str(locked))
    (folder / "both.pem").write_text(locked.read_text() + chain.read_text())
    return folder


@pytest.fixture
async def port(pem: Path) -> AsyncIterator[int]:
    """Give the port of a server that tells a client its certificate's name."""

    async def tell(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("peercert")
        writer.write(dict(peer["subject"][0])["commonName"].encode() + b"\n")
        await writer.drain()
        writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem / "chain.pem", pem / "key.pem")
    context.load_verify_locations(pem / "chain.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    async with await asyncio.start_server(tell, "127.0.0.1", 0, ssl=context) as server:
        yield server.sockets[0].getsockname()[1]


async def seen_name(port: int, config: dict[str, str], host: str = "localhost") -> bytes:
    context = keywords({"security.protocol": "SSL", **config})["ssl_context"]
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=context, server_hostname=host
    )
    line = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return line


def stores(pem: Path) -> dict[str, str]:
    return {
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(pem / "chain.pem"),
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(pem / "both.pem"),
        "ssl.key.password": "pw",
    }


async def test_stores_in_files_trust_and_identify(pem: Path, port: int) -> None:
    assert await seen_name(port, stores(pem)) == b"localhost\n"


async def test_stores_in_the_config_on_one_line_trust_and_identify(pem: Path, port: int) -> None:
    one_line = {name: (pem / f"{name}.pem").read_text().replace("\n", " ") for name in ("chain",)}
    config = {
        "ssl.truststore.type": "PEM",
        "ssl.truststore.certificates": one_line["chain"],
        "ssl.keystore.type": "PEM",
        "ssl.keystore.certificate.chain": one_line["chain"],
        "ssl.keystore.key": (pem / "key.pem").read_text().replace("\n", " "),
    }
    assert await seen_name(port, config) == b"localhost\n"


async def test_a_host_of_another_name_is_refused_unless_told_otherwise(
    pem: Path, port: int
) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        await seen_name(port, stores(pem), host="127.0.0.1")
    lax = {**stores(pem), "ssl.endpoint.identification.algorithm": ""}
    assert await seen_name(port, lax, host="127.0.0.1") == b"localhost\n"


async def test_without_a_truststore_an_own_authority_is_not_trusted(pem: Path, port: int) -> None:
    config = {key: value for key, value in stores(pem).items() if "trust" not in key}
    with pytest.raises(ssl.SSLCertVerificationError):
        await seen_name(port, config)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"ssl.key.password": "wrong"}, "ssl.key.password"),
        ({"ssl.key.password": ""}, "ssl.key.password"),
        ({"ssl.keystore.location": "/nowhere.pem"}, "/nowhere.pem"),
        (
            {"ssl.truststore.location": "/nowhere.pem"},
            "ssl.truststore.location: cannot read /nowhere.pem",
        ),
    ],
)
def test_what_cannot_be_read_is_a_config_error(
    pem: Path, change: dict[str, str], text: str
) -> None:
    config = {"security.protocol": "SSL", **stores(pem), **change}
    with pytest.raises(ConfigError, match=text):
        keywords(config)

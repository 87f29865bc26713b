"""Stores that the real keytool made, as Java users have them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from certificate import PASSWORD, Authority, keytool, need_tools, run
from weir_runtime.api.errors import ConfigError
from weir_runtime.config.tls import context, store
from weir_runtime.config.tls.material import Identity, Trust

Config = dict[str, str]
KEY = "another-one"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    need_tools()
    return tmp_path_factory.mktemp("stores")


def config(file: Path, kind: str = "keystore", password: str = PASSWORD, **more: str) -> Config:
    given = {key.replace("_", "."): value for key, value in more.items()}
    return {f"ssl.{kind}.location": str(file), f"ssl.{kind}.password": password, **given}


def key_pair(file: Path, *more: str, kind: str = "JKS", alias: str = "worker") -> Path:
    keytool(
        "-genkeypair", "-alias", alias, "-dname", f"CN={alias}", "-validity", "2",
        "-storetype", kind, "-keystore", str(file), "-storepass", PASSWORD, *more,
    )  # fmt: skip
    return file


def usable(found: Identity | None) -> bool:
    """Tell whether OpenSSL takes key and certificate, and both belong together."""
    assert found is not None
    context.client(found, Trust(found.chain, "the test"), verify_hostname=True)
    return True


def exported(file: Path, alias: str) -> str:
    text = run(
        "keytool", "-exportcert", "-rfc", "-alias", alias, "-keystore", str(file),
        "-storepass", PASSWORD,
    )  # fmt: skip
    return text.replace("\r\n", "\n").strip()


@pytest.mark.parametrize("kind", ["JKS", "PKCS12"])
@pytest.mark.parametrize("key", [("RSA", "-keysize", "2048"), ("EC", "-groupname", "secp256r1")])
def test_a_key_of_keytool_is_read(folder: Path, kind: str, key: tuple[str, ...]) -> None:
    file = key_pair(folder / f"{key[0]}.{kind}", "-keyalg", *key, kind=kind)
    found = store.identity(config(file))
    assert usable(found)
    assert found is not None
    assert found.chain.strip() == exported(file, "worker")
    for wrong in ("", "wrong"):
        with pytest.raises(ConfigError, match=r"ssl\.keystore\.password"):
            store.identity(config(file, password=wrong))


def test_a_key_with_a_password_of_its_own_needs_it(folder: Path) -> None:
    file = key_pair(folder / "own.jks", "-keyalg", "EC", "-keypass", KEY)
    assert usable(store.identity(config(file, ssl_key_password=KEY)))
    with pytest.raises(ConfigError, match=r"private key worker .*ssl\.key\.password must be set"):
        store.identity(config(file))
    with pytest.raises(ConfigError, match=r"private key worker .*ssl\.key\.password is wrong"):
        store.identity(config(file, ssl_key_password=PASSWORD + "x"))


@pytest.mark.parametrize("kind", ["JKS", "PKCS12"])
@pytest.mark.parametrize("damage", [lambda data: data[:-7], lambda data: data[:300] + data[301:]])
def test_a_damaged_store_is_told(
    folder: Path, authority: Authority, kind: str, damage: Callable[[bytes], bytes]
) -> None:
    whole = authority.folder / ("server.jks" if kind == "JKS" else "server.p12")
    broken = folder / f"broken.{kind}"
    broken.write_bytes(damage(whole.read_bytes()))
    with pytest.raises(ConfigError, match=str(broken)):
        store.identity(config(broken))


def test_trust_stores_of_keytool_give_their_certificates(
    authority: Authority, folder: Path
) -> None:
    pem = authority.pem.read_text().strip()
    for name in ("ca-trust.jks", "ca-trust.p12"):
        found = store.trust(config(authority.folder / name, "truststore"))
        assert found is not None
        assert found.certificates.strip() == pem
    unsealed = store.trust({"ssl.truststore.location": str(authority.folder / "ca-trust.jks")})
    assert unsealed is not None
    with pytest.raises(ConfigError, match=r"needs ssl\.truststore\.password"):
        store.trust({"ssl.truststore.location": str(authority.folder / "ca-trust.p12")})


@pytest.mark.parametrize("file", ["server.jks", "server.p12"])
def test_a_key_store_keeps_the_chain_and_trusts_it_only_under_an_alias(
    file: str, authority: Authority, folder: Path
) -> None:
    copy = folder / f"chain-{file}"
    copy.write_bytes((authority.folder / file).read_bytes())
    own = (authority.folder / "server.crt").read_text()
    certificate = own[own.index("-----BEGIN") :].strip()
    found = store.identity(config(copy))
    assert usable(found)
    assert found is not None
    assert found.chain.split() == (certificate + "\n" + authority.pem.read_text()).split()
    trusted = store.own_trust(config(copy))
    assert trusted is not None
    assert trusted.certificates.strip() == certificate
    keytool(
        "-importcert", "-alias", "theroot", "-file", str(authority.pem), "-keystore", str(copy),
        "-storepass", PASSWORD,
    )  # fmt: skip
    more = store.own_trust(config(copy))
    assert more is not None
    assert more.certificates.count("BEGIN") == 2
    assert authority.pem.read_text().strip() in more.certificates


def test_other_kinds_of_store_are_named_with_what_to_do(folder: Path) -> None:
    file = key_pair(folder / "old.jceks", "-keyalg", "EC", kind="JCEKS")
    with pytest.raises(ConfigError, match="is a JCEKS store, which is not read"):
        store.identity(config(file, ssl_keystore_type="JCEKS"))

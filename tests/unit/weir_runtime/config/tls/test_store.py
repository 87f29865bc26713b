"""Stores found by Java's keys, and what is said of those that cannot be used."""

import base64
import logging
from pathlib import Path

import pytest

from java_store import jks, made
from weir_runtime.api.errors import ConfigError
from weir_runtime.config.tls import store

OWN, OTHER = made("own"), made("other")
KEYSTORE, TRUSTSTORE = "ssl.keystore.location", "ssl.truststore.location"
JKS = jks("pw", keys=[("own", OWN, "pw")], trusted=[("ca", OTHER)])


def keys(path: Path, data: bytes | str, **more: str) -> dict[str, str]:
    """Return the keys of a key store in a file; `_` stands for the dots of further keys."""
    file = path / "store"
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return {KEYSTORE: str(file), **{key.replace("_", "."): value for key, value in more.items()}}


def trust_keys(config: dict[str, str]) -> dict[str, str]:
    return {key.replace("keystore", "truststore"): value for key, value in config.items()}


@pytest.mark.parametrize("kind", ["", "JKS", "PKCS12", "pkcs12"])
@pytest.mark.parametrize("data", [JKS, OWN.p12("pw")])
def test_bytes_decide_what_a_store_is_as_in_java(tmp_path: Path, kind: str, data: bytes) -> None:
    config = keys(tmp_path, data, ssl_keystore_password="pw", ssl_keystore_type=kind)
    found = store.identity(config)
    assert found is not None
    assert found.chain == OWN.pem
    assert found.key.reveal().strip() == OWN.key_pem().strip()
    assert store.files(config) == (tmp_path / "store",)


def test_pem_is_read_from_a_file_or_from_one_line(tmp_path: Path) -> None:
    key = OWN.key_pem("secret")
    text = key + OWN.pem + OTHER.pem
    config = keys(tmp_path, text, ssl_keystore_type="PEM", ssl_key_password="secret")
    inline = {
        "ssl.keystore.type": "PEM",
        "ssl.keystore.key": key.replace("\n", " "),
        "ssl.keystore.certificate.chain": (OWN.pem + OTHER.pem).replace("\n", " "),
        "ssl.key.password": "secret",
    }
    for given in (config, inline):
        found = store.identity(given)
        assert found is not None
        assert found.chain == OWN.pem + OTHER.pem
        assert found.key.reveal() == key
        assert found.password is not None


def test_a_key_without_encryption_needs_no_password(tmp_path: Path) -> None:
    config = keys(
        tmp_path, OWN.key_pem() + OWN.pem, ssl_keystore_type="PEM", ssl_key_password="unused"
    )
    found = store.identity(config)
    assert found is not None
    assert found.password is None


def test_a_trust_store_gives_certificates_and_the_own_one_of_a_key(tmp_path: Path) -> None:
    config = trust_keys(keys(tmp_path, JKS))
    found = store.trust(config)
    assert found is not None
    assert found.certificates == OTHER.pem + OWN.pem
    pem = trust_keys(keys(tmp_path, OTHER.pem, ssl_keystore_type="PEM"))
    assert store.trust(pem) == type(found)(OTHER.pem, f"{TRUSTSTORE}: {tmp_path / 'store'}")
    assert store.trust({}) is None
    assert store.identity({}) is None


def test_several_keys_are_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    data = jks("pw", keys=[("a", OWN, "pw"), ("b", OTHER, "pw")])
    for _ in range(3):
        store.identity(keys(tmp_path, data, ssl_keystore_password="pw"))
    assert [record.getMessage() for record in caplog.records] == [
        f"{tmp_path / 'store'} holds 2 private keys; a is used: keep one in each store to be sure"
    ]


BKS = bytes.fromhex("00000002000000143f") + bytes(40)


@pytest.mark.parametrize(
    ("data", "more", "text"),
    [
        (JKS, {}, "ssl.keystore.location needs ssl.keystore.password"),
        (JKS, {"ssl_keystore_password": "no"}, "ssl.keystore.password does not open {}"),
        (
            jks("pw", keys=[("own", OWN, "other")]),
            {"ssl_keystore_password": "pw"},
            "its private key own has another password: ssl.key.password must be set",
        ),
        (
            JKS,
            {"ssl_keystore_password": "pw", "ssl_key_password": "no"},
            "its private key own has another password: ssl.key.password is wrong",
        ),
        (OWN.p12("pw"), {"ssl_keystore_password": "no"}, "ssl.keystore.password does not open {}"),
        (
            OWN.p12("pw"),
            {"ssl_keystore_password": "no", "ssl_key_password": "pw"},
            "in a PKCS12 store the key must have the store's password",
        ),
        (OWN.p12("pw")[:-9], {"ssl_keystore_password": "pw"}, "{} cannot be used: the file is"),
        (
            jks("pw", trusted=[("ca", OTHER)]),
            {"ssl_keystore_password": "pw"},
            "{} holds no private key; was it made as a trust store?",
        ),
        (b"\xce\xce\xce\xce\0\0\0\2", {"ssl_keystore_password": "pw"}, "{} is a JCEKS store"),
        (BKS, {"ssl_keystore_password": "pw"}, "{} is a BKS store of Bouncy Castle"),
        (b"", {"ssl_keystore_password": "pw"}, "{} is neither a JKS nor a PKCS12 store"),
        (OWN.pem, {"ssl_keystore_password": "pw"}, "{} holds PEM: set ssl.keystore.type=PEM"),
        (
            JKS,
            {"ssl_keystore_type": "PEM"},
            "ssl.keystore.type is PEM, but {} is a JKS store: set it to JKS",
        ),
        (JKS, {"ssl_keystore_type": "BCFKS"}, "stores are read as JKS, PKCS12 or PEM"),
        (
            OWN.pem,
            {"ssl_keystore_type": "PEM"},
            "ssl.keystore.location: {} holds no PEM private keys where one is needed",
        ),
        (
            OWN.key_pem() + OTHER.key_pem() + OWN.pem,
            {"ssl_keystore_type": "PEM"},
            "holds 2 PEM private keys where one is needed",
        ),
        (
            OWN.key_pem("x") + OWN.pem,
            {"ssl_keystore_type": "PEM"},
            "{} holds an encrypted private key: set ssl.key.password",
        ),
        (
            OWN.key_pem() + OWN.pem[:80],
            {"ssl_keystore_type": "PEM"},
            "{} holds no PEM certificate",
        ),
    ],
)
def test_what_cannot_be_used_is_said_in_one_line(
    tmp_path: Path, data: bytes | str, more: dict[str, str], text: str
) -> None:
    config = keys(tmp_path, data, **more)
    for prefix in ("", "listeners.https."):
        with pytest.raises(ConfigError) as caught:
            store.identity(config, prefix)
        said = str(caught.value)
        assert text.format(config[KEYSTORE]) in said.replace(prefix, "")
        assert "\n" not in said
        assert said.count(prefix) >= 1
        assert "s3cret" not in said


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ({KEYSTORE: "/nowhere.jks", "ssl.keystore.password": "p"}, "cannot read /nowhere.jks: No"),
        ({"ssl.keystore.password": "p"}, "ssl.keystore.password is set, but ssl.keystore.location"),
        ({"ssl.keystore.key": OWN.key_pem()}, "ssl.keystore.key needs ssl.keystore.type=PEM"),
        (
            {"ssl.keystore.key": OWN.key_pem(), "ssl.keystore.type": "PEM", KEYSTORE: "/x"},
            "ssl.keystore.location and ssl.keystore.key cannot both be set",
        ),
    ],
)
def test_keys_that_do_not_agree_are_named(config: dict[str, str], text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        store.identity(config)
    assert text in str(caught.value)


def test_an_empty_trust_store_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="holds no certificate to trust; does it need"):
        store.trust(trust_keys(keys(tmp_path, jks("pw"))))
    sealed = trust_keys(keys(tmp_path, OWN.p12("pw")))
    with pytest.raises(ConfigError, match=r"needs ssl\.truststore\.password"):
        store.trust(sealed)


def test_pem_of_one_line_keeps_what_it_says() -> None:
    line = OWN.pem.replace("\n", "")
    found = store.trust({"ssl.truststore.type": "PEM", "ssl.truststore.certificates": line})
    assert found is not None
    assert found.certificates == OWN.pem
    assert base64.b64encode(OWN.der).decode()[:40] in line

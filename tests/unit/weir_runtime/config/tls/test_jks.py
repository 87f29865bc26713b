"""The JKS container; stores of the real keytool are read in the integration tests."""

from contextlib import suppress

import hypothesis
import pytest
from hypothesis import strategies as st

from java_store import Made, jks, made
from weir_runtime.config.tls import jks as subject
from weir_runtime.config.tls.material import (
    Contents,
    KeyPasswordError,
    PasswordError,
    StoreError,
    pem,
)
from weir_runtime.observe.secret import Secret

OWN, OTHER = made("own"), made("other")
PASSWORD = "store"
STORE = jks(PASSWORD, keys=[("own", OWN, "key")], trusted=[("ca", OTHER)])


def read(data: bytes, password: str | None = PASSWORD, key: str | None = None) -> Contents:
    return subject.read(
        data, Secret(password) if password else None, Secret(key) if key else None, with_key=True
    )


@pytest.mark.parametrize("version", [1, 2])
def test_key_chain_and_trusted_certificates_are_read(version: int) -> None:
    data = jks("store", keys=[("own", OWN, "key")], trusted=[("ca", OTHER)], version=version)
    found = read(data, key="key")
    assert found.entry is not None
    assert found.entry.key.reveal() == pem("PRIVATE KEY", OWN.pkcs8)
    assert found.entry.chain == (OWN.der,)
    assert found.trusted == (OTHER.der, OWN.der)
    assert "PRIVATE" not in f"{found} {found!r}"


def test_a_key_without_password_of_its_own_opens_with_the_stores() -> None:
    assert read(jks("päss-😀", keys=[("own", OWN, "päss-😀")]), "päss-😀").entry is not None


def test_without_a_password_certificates_are_read_and_keys_stay_locked() -> None:
    found = read(STORE, None)
    assert found.entry is None
    assert found.trusted == (OTHER.der, OWN.der)


def test_another_password_of_store_or_key_is_told_apart() -> None:
    with pytest.raises(PasswordError):
        read(STORE, "wrong", "key")
    with pytest.raises(KeyPasswordError, match="own has another password"):
        read(STORE, "store", "wrong")
    with pytest.raises(KeyPasswordError):
        read(STORE, "store")


@pytest.mark.parametrize(
    ("aliases", "chosen"),
    # what KeyManagerFactory of JDK 17 takes from such stores
    [("zeta alpha mid", "zeta"), ("one two three four", "four"), ("b a", "a")],
)
def test_of_several_keys_the_one_counts_that_java_takes(aliases: str, chosen: str) -> None:
    pairs: dict[str, Made] = {alias: made(alias) for alias in aliases.split()}
    data = jks("store", keys=[(alias, pair, "store") for alias, pair in pairs.items()])
    found = read(data)
    assert found.entry is not None
    assert (found.aliases[0], found.entry.alias) == (chosen, chosen)
    assert found.entry.chain == (pairs[chosen].der,)


@hypothesis.given(st.integers(0, len(STORE) - 1))
@hypothesis.settings(max_examples=40)
def test_a_store_that_is_cut_off_is_told(length: int) -> None:
    with pytest.raises(StoreError):
        read(STORE[:length], key="key")
    with suppress(StoreError):
        read(STORE[:length], None)


@hypothesis.given(st.integers(4, len(STORE) - 1), st.integers(1, 255))
@hypothesis.settings(max_examples=40)
def test_a_changed_byte_breaks_the_seal_and_never_the_reader(place: int, change: int) -> None:
    data = bytearray(STORE)
    data[place] ^= change
    with pytest.raises(PasswordError):
        read(bytes(data), key="key")
    with suppress(StoreError):
        read(bytes(data), None)


@hypothesis.given(st.binary(max_size=200))
def test_no_bytes_behind_the_magic_do_harm(data: bytes) -> None:
    with suppress(StoreError):
        subject.read(subject.MAGIC + data, None, Secret("x"), with_key=True)

"""PKCS12 stores: what is trusted in one that also holds a key."""

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization import pkcs12 as writer

from java_store import made
from weir_runtime.config.tls import pkcs12
from weir_runtime.observe.secret import Secret

OWN, OTHER = made("own"), made("other")


def store(name: bytes | None) -> bytes:
    return writer.serialize_key_and_certificates(
        b"own", OWN.key, OWN.certificate,
        [writer.PKCS12Certificate(OTHER.certificate, name)],
        BestAvailableEncryption(b"pw"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "trusted"),
    [(b"the-root", (OTHER.der, OWN.der)), (None, (OWN.der,)), (b"CN=other", (OWN.der,))],
)
def test_beside_a_key_only_what_has_an_alias_is_trusted(
    name: bytes | None, trusted: tuple[bytes, ...]
) -> None:
    found = pkcs12.read(store(name), Secret("pw"))
    assert found.trusted == trusted
    assert found.entry is not None
    assert found.entry.chain == (OWN.der,)
    assert found.aliases == ("own",)


def test_without_a_key_all_certificates_are_trusted() -> None:
    data = writer.serialize_key_and_certificates(
        None, None, None, [OWN.certificate, OTHER.certificate], BestAvailableEncryption(b"pw")
    )
    found = pkcs12.read(data, Secret("pw"))
    assert found.entry is None
    assert set(found.trusted) == {OWN.der, OTHER.der}

"""The keys of https listeners."""

import ssl
from pathlib import Path

import pytest

from java_store import jks, made
from weir_runtime.api.errors import ConfigError
from weir_runtime.config.tls import context
from weir_runtime.config.tls.listener import ADMIN, MAIN, ClientAuth, ListenerKeys

OWN, OTHER = made("own"), made("other")


@pytest.fixture
def stores(tmp_path: Path) -> dict[str, str]:
    file = tmp_path / "own.jks"
    file.write_bytes(jks("pw", keys=[("own", OWN, "pw")], trusted=[("ca", OTHER)]))
    return {"ssl.keystore.location": str(file), "ssl.keystore.password": "pw"}


def keys(prefix: str, config: dict[str, str], **more: str) -> dict[str, str]:
    given = {**config, **{key.replace("_", "."): value for key, value in more.items()}}
    return {prefix + key: value for key, value in given.items()}


@pytest.mark.parametrize("prefix", [MAIN, ADMIN])
def test_one_key_with_the_prefix_makes_the_others_not_count(
    prefix: str, stores: dict[str, str]
) -> None:
    plain = keys("", stores, ssl_client_auth="requested")
    assert ListenerKeys.choose(plain, prefix).read().client_auth is ClientAuth.REQUESTED
    mixed = {**plain, **keys(prefix, stores)}
    assert ListenerKeys.choose(mixed, prefix).read().client_auth is ClientAuth.NONE
    lonely = {**plain, f"{prefix}ssl.client.auth": "none"}
    with pytest.raises(ConfigError, match=f"needs a certificate: set {prefix}ssl.keystore"):
        ListenerKeys.choose(lonely, prefix).read()


def test_keys_of_the_main_listeners_do_not_count_for_admin(stores: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="needs a certificate"):
        ListenerKeys.choose(keys(MAIN, stores), ADMIN).read()


@pytest.mark.parametrize(
    ("auth", "mode"),
    [
        ("none", ssl.CERT_NONE),
        ("requested", ssl.CERT_OPTIONAL),
        ("REQUIRED", ssl.CERT_REQUIRED),
        ("", ssl.CERT_NONE),
    ],
)
def test_a_context_asks_for_certificates_as_told(
    auth: str, mode: ssl.VerifyMode, stores: dict[str, str]
) -> None:
    found = ListenerKeys.choose(keys(MAIN, stores, ssl_client_auth=auth), MAIN)
    made_context = context.server(found.read())
    assert made_context.verify_mode is mode
    assert made_context.minimum_version is ssl.TLSVersion.TLSv1_2
    # without a trust store those of the key store are trusted, as Java's server does
    trusted = made_context.cert_store_stats()["x509"]
    assert trusted == (0 if mode is ssl.CERT_NONE else 2)


@pytest.mark.parametrize(
    ("more", "versions"),
    [
        ({"ssl_enabled_protocols": "TLSv1.2"}, ["TLSv1_2"]),
        ({"ssl_enabled_protocols": "TLSv1.3"}, ["TLSv1_3"]),
        ({"ssl_enabled_protocols": "TLSv1.1, TLSv1.2,TLSv1.3"}, ["TLSv1_2", "TLSv1_3"]),
        ({"ssl_cipher_suites": "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"}, ["TLSv1_2"]),
    ],
)
def test_versions_follow_protocols_and_suites(
    more: dict[str, str], versions: list[str], stores: dict[str, str]
) -> None:
    found = context.server(ListenerKeys.choose(keys(MAIN, stores, **more), MAIN).read())
    assert found.minimum_version is ssl.TLSVersion[versions[0]]
    assert found.maximum_version is ssl.TLSVersion[versions[-1]]


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"ssl_provider": "BCJSSE"}, "ssl.provider: it chooses an implementation inside a JVM"),
        ({"ssl_engine_factory_class": "com.example.Mine"}, "ssl.engine.factory.class: it names"),
        ({"ssl_keymanager_algorithm": "Mine"}, "ssl.keymanager.algorithm: it chooses"),
        ({"ssl_trustmanager_algorithm": "Mine"}, "ssl.trustmanager.algorithm: it chooses"),
        ({"ssl_secure_random_implementation": "X"}, "ssl.secure.random.implementation: it"),
        ({"ssl_protocol": "SSLv3"}, "ssl.protocol: only TLSv1.2 and TLSv1.3 are offered"),
        ({"ssl_enabled_protocols": "TLSv1,TLSv1.1"}, "ssl.enabled.protocols: only TLSv1.2"),
        ({"ssl_cipher_suites": "NONSENSE"}, "ssl.cipher.suites: OpenSSL has no cipher suite"),
        ({"ssl_cipher_suites": "TLS_AES_128_GCM_SHA256"}, "ssl.cipher.suites: of TLS 1.3 name"),
        (
            {
                "ssl_cipher_suites": "TLS_RSA_WITH_AES_128_GCM_SHA256",
                "ssl_enabled_protocols": "TLSv1.3",
            },
            "ssl.cipher.suites: none belongs to the enabled protocols",
        ),
        ({"ssl_client_auth": "maybe"}, "ssl.client.auth: use one of none, requested, required"),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_name(
    more: dict[str, str], text: str, stores: dict[str, str]
) -> None:
    with pytest.raises(ConfigError) as caught:
        ListenerKeys.choose(keys(MAIN, stores, **more), MAIN).read()
    assert f"for configuration {MAIN}{text}" in str(caught.value)


def test_values_that_java_has_anyway_pass(stores: dict[str, str]) -> None:
    given = keys(
        MAIN,
        stores,
        ssl_protocol="TLSv1.3",
        ssl_keymanager_algorithm="SunX509",
        ssl_trustmanager_algorithm="PKIX",
        ssl_endpoint_identification_algorithm="",
        ssl_provider="",
    )
    assert ListenerKeys.choose(given, MAIN).read().ciphers is None


def test_client_certificates_need_authorities_where_the_store_is_pem(tmp_path: Path) -> None:
    file = tmp_path / "own.pem"
    file.write_text(OWN.key_pem() + OWN.pem)
    pem = {"ssl.keystore.location": str(file), "ssl.keystore.type": "PEM"}
    with pytest.raises(ConfigError, match=r"needs listeners\.https\.ssl\.truststore\.location"):
        ListenerKeys.choose(keys(MAIN, pem, ssl_client_auth="required"), MAIN).read()


@pytest.mark.parametrize(
    ("text", "password", "said"),
    [
        (OTHER.key_pem() + OWN.pem, "", "a private key that does not belong to its first"),
        (OWN.key_pem("right") + OWN.pem, "wrong", "a private key that ssl.key.password does not"),
        (
            OWN.key_pem() + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "",
            "a certificate or key that cannot be read",
        ),
    ],
)
def test_pem_that_openssl_cannot_use_is_told_with_its_file(
    tmp_path: Path, text: str, password: str, said: str
) -> None:
    file = tmp_path / "own.pem"
    file.write_text(text)
    pem = {"ssl.keystore.location": str(file), "ssl.keystore.type": "PEM"}
    found = ListenerKeys.choose(keys(MAIN, pem, ssl_key_password=password), MAIN)
    with pytest.raises(ConfigError) as caught:
        context.server(found.read())
    assert str(caught.value).startswith(
        f"listeners.https.ssl.keystore.location: {file} holds {said}"
    )

"""TLS and SASL out of Java's keys."""

import pytest

from weir_runtime.api.errors import ConfigError
from weir_runtime.config.clients import jaas, security
from weir_runtime.config.clients.security import Protocol
from weir_runtime.observe.secret import Secret

PLAIN_LINE = f'{jaas.PLAIN} required username="alice" password="alice-secret";'


def test_without_settings_connections_are_plain() -> None:
    assert security.parse({}) == security.Security(Protocol.PLAINTEXT)


def test_a_login_is_read_and_never_printed() -> None:
    found = security.parse(
        {
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "plain",
            "sasl.jaas.config": PLAIN_LINE,
        }
    )
    assert (found.mechanism, found.username) == ("PLAIN", "alice")
    assert found.password == Secret("alice-secret")
    assert "alice-secret" not in f"{found} {found!r} {found.password}"


def test_tls_settings_of_a_plain_connection_are_not_looked_at() -> None:
    config = {"ssl.truststore.location": "/x.jks", "sasl.mechanism": "NONSENSE"}
    assert security.parse(config).protocol is Protocol.PLAINTEXT


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ({"security.protocol": "TLS"}, "Invalid value TLS for configuration security.protocol"),
        ({"security.protocol": "SASL_SSL"}, "sasl.mechanism GSSAPI is not supported"),
        (
            {"security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN"},
            "needs sasl.jaas.config",
        ),
        (
            {
                "security.protocol": "SASL_SSL",
                "sasl.mechanism": "SCRAM-SHA-256",
                "sasl.jaas.config": PLAIN_LINE,
            },
            "ScramLoginModule",
        ),
        (
            {"security.protocol": "SSL", "ssl.endpoint.identification.algorithm": "ldap"},
            "ssl.endpoint.identification.algorithm",
        ),
        (
            {"security.protocol": "SSL", "ssl.keystore.type": "PEM", "ssl.keystore.key": "x"},
            "need each other",
        ),
        (
            {
                "security.protocol": "SSL",
                "ssl.truststore.type": "PEM",
                "ssl.truststore.certificates": "no pem",
            },
            "ssl.truststore.certificates holds no PEM certificate",
        ),
        (
            {
                "security.protocol": "SSL",
                "ssl.keystore.type": "PEM",
                "ssl.keystore.location": "/a.pem",
                "ssl.keystore.password": "s3cret",
            },
            "ssl.keystore.password cannot be used with a PEM store",
        ),
    ],
)
def test_what_is_wrong_is_named(config: dict[str, str], text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        security.parse(config)
    assert text in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "x",
        f'{jaas.PLAIN} required username="a" password="b"',
        f'{jaas.PLAIN} maybe username="a" password="b";',
        f'{jaas.PLAIN} required username "a";',
        f'{jaas.PLAIN} required username="a";',
        'com.sun.security.auth.module.JndiLoginModule required user.provider.url="ldap://x";',
    ],
)
def test_no_other_login_module_and_no_broken_line_passes(line: str) -> None:
    with pytest.raises(ConfigError, match=r"sasl\.jaas\.config"):
        jaas.parse(line)


def test_a_line_may_use_either_quote_and_escapes() -> None:
    login = jaas.parse(f'{jaas.SCRAM} REQUIRED username=\'a b\' password="x\\"y\\\\" ; ')
    assert (login.username, login.password.reveal()) == ("a b", 'x"y\\')

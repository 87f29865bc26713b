import pytest

from weir_runtime.api.errors import ConfigError
from weir_runtime.kafka.control.settings import ClientSettings, addresses


def test_java_keys_become_the_arguments_of_the_client() -> None:
    settings = ClientSettings.from_config(
        {
            "bootstrap.servers": "a:1, b:2",
            "client.id": "me",
            "request.timeout.ms": "1000",
            "retry.backoff.ms": "7",
            "metadata.max.age.ms": "8",
            "connections.max.idle.ms": "9",
            "max.request.size": "10",
            "key.converter": "not looked at",
        }
    )
    assert settings.max_request_bytes == 10
    assert settings.keywords() == {
        "bootstrap_servers": ["a:1", "b:2"],
        "client_id": "me",
        "request_timeout_ms": 1000,
        "retry_backoff_ms": 7,
        "metadata_max_age_ms": 8,
        "connections_max_idle_ms": 9,
        "security_protocol": "PLAINTEXT",
    }


def test_logins_are_passed_on_and_not_printed() -> None:
    login = (
        "org.apache.kafka.common.security.scram.ScramLoginModule required"
        ' username="u" password="p4ss";'
    )
    settings = ClientSettings.from_config(
        {
            "bootstrap.servers": "a:1",
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.jaas.config": login,
        }
    )
    assert settings.security == {
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "u",
        "sasl_plain_password": "p4ss",
    }
    assert "p4ss" not in repr(settings)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("localhost:9092", ("localhost:9092",)),
        ("PLAINTEXT://h:1,SSL://[::1]:2,", ("h:1", "[::1]:2")),
    ],
)
def test_addresses_are_read_as_java_reads_them(text: str, found: tuple[str, ...]) -> None:
    assert addresses(text) == found


@pytest.mark.parametrize("text", ["", " , ", "localhost", "h:0", "h:99999", "h:x", "http://h"])
def test_wrong_addresses_are_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"bootstrap\.servers"):
        addresses(text)


def test_a_wrong_number_names_its_key() -> None:
    with pytest.raises(ConfigError, match=r"Invalid value x for .* retry\.backoff\.ms"):
        ClientSettings.from_config({"bootstrap.servers": "a:1", "retry.backoff.ms": "x"})

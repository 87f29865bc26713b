from __future__ import annotations

from weir_runtime.app.check import client

JAAS = (
    'org.apache.kafka.common.security.plain.PlainLoginModule required username="u" '
    'password="hunter2";'
)


def test_each_client_is_shown_as_its_library_gets_it() -> None:
    given = {"bootstrap.servers": "b:9092", "producer.acks": "-1", "consumer.group.id": "mine"}
    found = {item.name: item for item in client.examine(given, "id")}
    assert found["worker"].settings["client_id"] == "id"
    assert found["producer"].settings["acks"] == "all"
    assert found["producer"].settings["client.id"] == "connector-producer-CONNECTOR-0"
    assert found["consumer"].settings["group.id"] == "mine"
    assert list(found) == ["worker", "producer", "consumer", "admin"]


def test_secrets_of_clients_are_hidden() -> None:
    given = {"bootstrap.servers": "b:9092"}
    for prefix in ("", "producer.", "consumer."):
        given |= {
            f"{prefix}security.protocol": "SASL_PLAINTEXT",
            f"{prefix}sasl.mechanism": "PLAIN",
            f"{prefix}sasl.jaas.config": JAAS,
        }
    found = client.examine(given, "id")
    assert "hunter2" not in str(found)
    assert found[0].settings["sasl_plain_password"] == "[hidden]"
    assert found[1].settings["sasl.password"] == "[hidden]"


def test_a_client_that_cannot_be_made_says_why() -> None:
    found = client.examine({"bootstrap.servers": "nonsense"}, "id")[0]
    assert found.error == "Invalid url in bootstrap.servers: nonsense"

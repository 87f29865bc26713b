"""Defaults, then the worker's prefix, then the connector's overrides."""

from weir_runtime.config.clients import layer
from weir_runtime.config.clients.table import Kind

WORKER = {
    "bootstrap.servers": "b:9092",
    "security.protocol": "SSL",
    "group.id": "workers",
    "producer.linger.ms": "7",
    "producer.acks": "1",
    "consumer.max.poll.records": "9",
    "admin.retries": "3",
}


def test_a_producer_has_connects_defaults() -> None:
    assert layer.producer_config({"bootstrap.servers": "b:9092"}, "c", 2, {}) == {
        "bootstrap.servers": "b:9092",
        "client.id": "connector-producer-c-2",
        "acks": "all",
        "enable.idempotence": "false",
        "max.in.flight.requests.per.connection": "1",
        "max.block.ms": "9223372036854775807",
        "delivery.timeout.ms": "2147483647",
    }


def test_the_connector_wins_over_the_worker_and_the_worker_over_defaults() -> None:
    config = {"producer.override.linger.ms": "9", "consumer.override.linger.ms": "1"}
    found = layer.producer_config(WORKER, "c", 0, layer.overrides(Kind.PRODUCER, config))
    assert (found["acks"], found["linger.ms"]) == ("1", "9")
    assert "security.protocol" not in found


def test_a_consumer_is_in_the_connectors_group_and_never_commits_by_itself() -> None:
    found = layer.consumer_config(WORKER, "c", 1, {"enable.auto.commit": "true"})
    assert found["group.id"] == "connect-c"
    assert found["client.id"] == "connector-consumer-c-1"
    assert found["auto.offset.reset"] == "earliest"
    assert found["max.poll.records"] == "9"
    assert found["enable.auto.commit"] == "false"


def test_the_admin_client_inherits_the_workers_own_client_keys() -> None:
    found = layer.admin_config(WORKER, "c", 1, {})
    assert found["security.protocol"] == "SSL"
    assert found["retries"] == "3"
    assert found["client.id"] == "connector-adminclient-c-1"
    assert "group.id" not in found
    whole = layer.admin_config(WORKER, "c", None, {})
    assert whole["client.id"] == "connector-worker-adminclient-c"

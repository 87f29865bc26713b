"""Every key of Java's clients is in the table, and nothing else."""

from pathlib import Path

import pytest

from weir_runtime.api.errors import ConfigError
from weir_runtime.config.clients import librdkafka, rule, table
from weir_runtime.config.clients.table import Kind

# printed by ProducerConfig, ConsumerConfig and AdminClientConfig of Kafka 4.3.1
JAVA_KEYS = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "java_keys.tsv").read_text().splitlines()
]
LIBRDKAFKA_KEYS = set((Path(__file__).parent / "librdkafka_keys.txt").read_text().split())


@pytest.mark.parametrize(("kind", "key"), JAVA_KEYS)
def test_every_java_key_has_a_rule(kind: str, key: str) -> None:
    assert key in table.rules(Kind(kind))


def test_the_table_holds_no_key_that_java_does_not_know() -> None:
    for kind in Kind:
        known = {key for of, key in JAVA_KEYS if of == kind}
        assert set(table.rules(kind)) == known


SAMPLES = {
    "acks": "1",
    "allow.auto.create.topics": "false",
    "check.crcs": "false",
    "enable.idempotence": "true",
    "enable.metrics.push": "true",
    "partitioner.ignore.keys": "true",
    "auto.offset.reset": "none",
    "client.dns.lookup": "use_all_dns_ips",
    "compression.type": "zstd",
    "group.protocol": "classic",
    "isolation.level": "read_committed",
    "metadata.recovery.strategy": "none",
    "partition.assignment.strategy": "org.apache.kafka.clients.consumer.RoundRobinAssignor",
}


@pytest.mark.parametrize(("kind", "key"), JAVA_KEYS)
def test_what_is_passed_on_is_a_setting_of_librdkafka(kind: str, key: str) -> None:
    found = table.rules(Kind(kind))[key]
    if isinstance(found, rule.Renamed | rule.Converted):
        value = SAMPLES.get(key, "5000")
        plain = librdkafka.translate(Kind(kind), {}).settings
        settings = librdkafka.translate(Kind(kind), {key: value}).settings
        changed = {name for name, now in settings.items() if plain.get(name) != now}
        assert settings.keys() <= LIBRDKAFKA_KEYS
        assert changed, f"{key}={value} changes nothing"


@pytest.mark.parametrize(("kind", "key"), JAVA_KEYS)
def test_what_is_refused_names_the_key_and_what_to_do(kind: str, key: str) -> None:
    found = table.rules(Kind(kind))[key]
    if isinstance(found, rule.Refused):
        with pytest.raises(ConfigError, match=key) as caught:
            librdkafka.translate(Kind(kind), {key: "true"})
        assert any(word in str(caught.value) for word in ("remove", "set "))
        librdkafka.translate(Kind(kind), {key: ""})


@pytest.mark.parametrize(("kind", "key"), JAVA_KEYS)
def test_what_is_left_out_says_why(kind: str, key: str) -> None:
    found = table.rules(Kind(kind))[key]
    if isinstance(found, rule.Dropped):
        result = librdkafka.translate(Kind(kind), {key: "1"})
        assert result.dropped == {key: found.why}
        assert key not in result.settings


@pytest.mark.parametrize("kind", Kind)
def test_a_number_that_is_none_gets_the_text_of_config_def(kind: Kind) -> None:
    for key, found in table.rules(kind).items():
        if isinstance(found, rule.Converted):
            with pytest.raises(ConfigError, match=f"^Invalid value abc for configuration {key}: "):
                librdkafka.translate(kind, {key: "abc"})

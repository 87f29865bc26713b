"""What librdkafka is told."""

import logging
from pathlib import Path

import pytest

from weir_runtime.api.errors import ConfigError
from weir_runtime.config.clients import librdkafka
from weir_runtime.config.clients.table import Kind


def producer(**config: str) -> dict[str, str | int | bool]:
    return librdkafka.translate(Kind.PRODUCER, _dotted(config)).settings


def consumer(**config: str) -> dict[str, str | int | bool]:
    return librdkafka.translate(Kind.CONSUMER, _dotted(config)).settings


def _dotted(config: dict[str, str]) -> dict[str, str]:
    return {key.replace("_", "."): value for key, value in config.items()}


def test_defaults_of_a_producer_are_javas() -> None:
    settings = producer()
    assert settings["partitioner"] == "murmur2_random"
    assert settings["message.max.bytes"] == 1_048_576
    assert settings["queue.buffering.max.kbytes"] == 32 * 1024
    assert settings["acks"] == "all"


def test_defaults_of_a_consumer_are_javas() -> None:
    settings = consumer()
    assert settings["isolation.level"] == "read_uncommitted"
    assert settings["allow.auto.create.topics"] is True
    assert settings["check.crcs"] is True
    assert settings["enable.auto.commit"] is False
    assert settings["enable.auto.offset.store"] is False
    assert settings["fetch.queue.backoff.ms"] == 5


def test_offsets_are_never_committed_by_the_client_whatever_is_asked() -> None:
    assert consumer(enable_auto_commit="true")["enable.auto.commit"] is False


def test_connects_delivery_timeout_means_for_ever() -> None:
    assert producer(delivery_timeout_ms=str(2**31 - 1))["message.timeout.ms"] == 0
    assert producer(delivery_timeout_ms="0")["message.timeout.ms"] == 1
    assert producer(delivery_timeout_ms="30000")["message.timeout.ms"] == 30_000


def test_a_level_applies_to_its_own_compression_only() -> None:
    config = {"compression.type": "gzip", "compression.gzip.level": "7"}
    other = {"compression.type": "zstd", "compression.gzip.level": "7"}
    assert librdkafka.translate(Kind.PRODUCER, config).settings["compression.level"] == 7
    assert "compression.level" not in librdkafka.translate(Kind.PRODUCER, other).settings


def test_levels_beyond_librdkafkas_range_are_its_highest() -> None:
    config = {"compression.type": "lz4", "compression.lz4.level": "17"}
    assert librdkafka.translate(Kind.PRODUCER, config).settings["compression.level"] == 12


def test_java_assignors_are_translated() -> None:
    package = "org.apache.kafka.clients.consumer."
    key = "partition_assignment_strategy"
    both = consumer(**{key: f"{package}RangeAssignor,{package}CooperativeStickyAssignor"})
    only = consumer(**{key: f"{package}CooperativeStickyAssignor"})
    assert both["partition.assignment.strategy"] == "range"
    assert only["partition.assignment.strategy"] == "cooperative-sticky"
    with pytest.raises(ConfigError, match="StickyAssignor"):
        consumer(**{key: f"{package}StickyAssignor"})


def test_an_unknown_offset_reset_is_refused() -> None:
    assert consumer(auto_offset_reset="none")["auto.offset.reset"] == "error"
    with pytest.raises(ConfigError, match=r"by_duration:PT1H for configuration auto\.offset"):
        consumer(auto_offset_reset="by_duration:PT1H")


def test_the_new_group_protocol_takes_no_classic_settings() -> None:
    settings = consumer(group_protocol="CONSUMER", session_timeout_ms="9000")
    assert settings["group.protocol"] == "consumer"
    assert not settings.keys() & {"session.timeout.ms", "partition.assignment.strategy"}


@pytest.mark.parametrize("size", ["0", "500", "2000000", "2147483647"])
def test_fetch_sizes_keep_the_order_that_librdkafka_wants(size: str) -> None:
    settings = consumer(fetch_max_bytes=size)
    assert int(settings["message.max.bytes"]) <= int(settings["fetch.max.bytes"])
    assert int(settings["receive.message.max.bytes"]) >= min(
        int(settings["fetch.max.bytes"]) + 512, 2**31 - 1
    )


def test_a_poll_interval_below_the_session_is_raised_to_it() -> None:
    settings = consumer(max_poll_interval_ms="1000", session_timeout_ms="10000")
    assert settings["max.poll.interval.ms"] == 10_000


def test_keys_that_no_client_knows_are_left_out_and_told() -> None:
    result = librdkafka.translate(Kind.PRODUCER, {"plugin.library.paths": "/tmp/x.so"})
    assert result.unknown == ("plugin.library.paths",)
    assert "plugin.library.paths" not in result.settings


def test_what_is_left_out_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    for _ in range(3):
        librdkafka.to_librdkafka("consumer", {"metrics.num.samples": "3", "no.such.key": "1"})
    assert [record.levelname for record in caplog.records] == ["INFO", "WARNING"]


def test_a_partitioner_of_ones_own_is_refused_and_the_default_one_accepted() -> None:
    default = "org.apache.kafka.clients.producer.internals.DefaultPartitioner"
    assert producer(partitioner_class=default)["partitioner"] == "murmur2_random"
    with pytest.raises(ConfigError, match=r"partitioner\.class"):
        producer(partitioner_class="com.example.Mine")
    assert producer(partitioner_ignore_keys="true")["partitioner"] == "random"


def test_logins_and_pem_stores_reach_librdkafka(tmp_path: Path) -> None:
    pem = "-----BEGIN CERTIFICATE----- QUJD -----END CERTIFICATE-----"
    key = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nREVG\n-----END ENCRYPTED PRIVATE KEY-----\n"
    own = tmp_path / "client.pem"
    own.write_text(key + pem)
    config = {
        "security.protocol": "sasl_ssl",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.jaas.config": "org.apache.kafka.common.security.scram.ScramLoginModule required "
        'username="u" password="p;\\"=";',
        "ssl.truststore.type": "PEM",
        "ssl.truststore.certificates": pem,
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(own),
        "ssl.key.password": "k",
        "ssl.endpoint.identification.algorithm": "",
    }
    settings = librdkafka.translate(Kind.PRODUCER, config).settings
    assert settings["security.protocol"] == "sasl_ssl"
    assert settings["sasl.mechanism"] == "SCRAM-SHA-512"
    assert (settings["sasl.username"], settings["sasl.password"]) == ("u", 'p;"=')
    certificate = "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n"
    assert settings["ssl.ca.pem"] == settings["ssl.certificate.pem"] == certificate
    assert settings["ssl.key.pem"] == key
    assert settings["ssl.key.password"] == "k"
    assert settings["ssl.endpoint.identification.algorithm"] == "none"

from __future__ import annotations

import pytest

from weir_runtime.app.check import key
from weir_runtime.app.check.finding import KeyFinding, Level, Outcome
from weir_runtime.config import support


def found(properties: dict[str, str], **more: str) -> dict[str, KeyFinding]:
    named = {name.replace("_", "."): value for name, value in more.items()}
    keys, _ = key.examine({**properties, **named}, distributed=True)
    return {item.key: item for item in keys}


@pytest.mark.parametrize(
    ("name", "value", "outcome", "detail"),
    [
        ("group.id", "connect", Outcome.HONOURED, ""),
        ("worker.sync.timeout.ms", "3000", Outcome.HONOURED, "between the workers of a group"),
        ("producer.linger.ms", "5", Outcome.HONOURED, ""),
        ("producer.max.request.size", "2000000", Outcome.CONVERTED, "message.max.bytes=2000000"),
        ("producer.batch.size", "0", Outcome.CONVERTED, "batch.size=1"),
        ("consumer.client.rack", "a", Outcome.HONOURED, ""),
        ("ssl.protocol", "TLSv1.3", Outcome.DROPPED, "inside a JVM"),
        ("plugin.discovery", "only_scan", Outcome.DROPPED, "nothing here needs it"),
        ("admin.request.timeout.ms", "5000", Outcome.DROPPED, "the worker's own client"),
        ("config.storage.partitions", "3", Outcome.IGNORED, "Connect decides"),
        ("producer.interceptor.classes", "com.example.A", Outcome.HONOURED, ""),
        ("exactly.once.source.support", "enabled", Outcome.REFUSED, "not supported yet"),
        ("offset.flush.interval.ms", "soon", Outcome.INVALID, "Not a number of type LONG"),
        ("plugn.path", "/x", Outcome.UNKNOWN, "did you mean plugin.path?"),
    ],
)
def test_every_key_is_told_what_becomes_of_it(
    java_properties: dict[str, str], name: str, value: str, outcome: Outcome, detail: str
) -> None:
    item = found({**java_properties, name: value})[name]
    if name == "producer.interceptor.classes":
        # an error of the client, which is told about the worker
        _, remarks = key.examine({**java_properties, name: value}, distributed=True)
        assert any("with producer.*" in remark.text for remark in remarks)
        return
    assert (item.outcome, detail in item.detail) == (outcome, True)


@pytest.mark.parametrize("name", sorted(support.WORKER))
def test_no_key_of_connect_is_unknown(java_properties: dict[str, str], name: str) -> None:
    assert found({**java_properties, name: "1"})[name].outcome is not Outcome.UNKNOWN


def test_a_secret_is_shown_nowhere_also_where_it_is_wrong(java_properties: dict[str, str]) -> None:
    secret = 'com.example.Login required username="u" password="hunter2";'
    given = {
        **java_properties,
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "PLAIN",
        "sasl.jaas.config": secret,
        "value.converter.basic.auth.user.info": "u:hunter2",
        "value.converter.schema.registry.url": "http://u:hunter2@registry:8081",
    }
    assert "hunter2" not in str(key.examine(given, distributed=True))


def test_what_is_missing_is_a_problem_of_the_worker(java_properties: dict[str, str]) -> None:
    del java_properties["key.converter"]
    _, remarks = key.examine(java_properties, distributed=True)
    (problem,) = [remark for remark in remarks if remark.level is Level.PROBLEM]
    assert 'Missing required configuration "key.converter"' in problem.text


def test_defaults_that_differ_from_java_are_noted_only_where_they_are_used(
    java_properties: dict[str, str],
) -> None:
    _, remarks = key.examine(java_properties, distributed=True)
    assert [remark.subject for remark in remarks] == [
        "listeners", "connector.client.config.override.policy", "session.timeout.ms",
    ]  # fmt: skip
    given = {
        **java_properties, "listeners": "http://:8083", "session.timeout.ms": "10000",
        "connector.client.config.override.policy": "All",
    }  # fmt: skip
    assert key.examine(given, distributed=True)[1] == ()


def test_without_its_problems_a_file_makes_a_worker(java_properties: dict[str, str]) -> None:
    given = {**java_properties, "exactly.once.source.support": "enabled", "client.id": "mine"}
    keys, _ = key.examine(given, distributed=True)
    assert key.try_parse(given, distributed=True) is None
    usable = key.without_problems(given, keys)
    config = key.try_parse(usable, distributed=True)
    assert config is not None
    assert config.client.client_id == "mine"

from __future__ import annotations

import dataclasses

import pytest

from weir_runtime.app.check.connector import Judge, repairs
from weir_runtime.config.clients.policy import OverridePolicy
from weir_runtime.model.cluster import ClusterConfig
from weir_runtime.model.state import TargetState

SOURCE = "test.SourceConnector"
DEBEZIUM = "io.debezium.connector.postgresql.PostgresConnector"


async def test_a_connector_with_a_plugin_runs_under_its_alias(judge: Judge) -> None:
    config = {"name": "c", "connector.class": "SourceConnector", "topic": "t"}
    found = await judge.examine("c", config, TargetState.PAUSED)
    assert (found.runs, found.plugin, found.kind, found.state) == (True, SOURCE, "source", "PAUSED")
    assert found.class_name == "SourceConnector"


async def test_a_missing_class_is_named_with_what_it_is_and_what_else_is_refused(
    judge: Judge,
) -> None:
    config = {"name": "c", "connector.class": DEBEZIUM, "transforms": "unwrap"}
    found = await judge.examine("c", config, TargetState.STARTED)
    assert not found.runs
    assert found.reasons[0] == f"there is no plugin {DEBEZIUM} (a Java source of debezium.jar)"
    assert "configuration transforms" in found.reasons[1]


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("transforms", "a", "transforms are not supported yet"),
        ("predicates", "a", "predicates are not supported yet"),
        ("topic", "${file:/secrets:topic}", "references to config providers"),
        ("topic", "", 'Missing required configuration "topic"'),
        ("errors.tolerance", "all", "tolerating errors is not supported yet"),
        ("value.converter", "com.example.None", "Class com.example.None could not be found"),
        ("producer.override.sasl.jaas.config", "x", "policy does not allow"),
        ("tasks.max", "0", "configuration tasks.max"),
    ],
)
async def test_what_the_worker_would_refuse_is_a_reason(
    judge: Judge, key: str, value: str, sentence: str
) -> None:
    config = {"name": "c", "connector.class": SOURCE, "topic": "t", key: value}
    found = await judge.examine("c", config, TargetState.STARTED)
    assert any(sentence in reason for reason in found.reasons), found.reasons


async def test_a_missing_converter_of_the_worker_stops_those_without_their_own(
    judge: Judge,
) -> None:
    catalog = judge.catalog
    props = {**catalog._settings.worker_props, "value.converter": "com.example.Avro"}
    catalog._settings = dataclasses.replace(catalog._settings, worker_props=props)
    config = {"name": "c", "connector.class": SOURCE, "topic": "t"}
    found = await judge.examine("c", config, TargetState.STARTED)
    assert found.reasons == ("it uses the worker's value.converter, which is missing",)
    own = {**config, "value.converter": "StringConverter"}
    found = await judge.examine("c", own, TargetState.STARTED)
    assert not any("the worker's" in reason for reason in found.reasons)


async def test_an_override_without_meaning_here_is_noted(judge: Judge) -> None:
    everything = dataclasses.replace(judge.catalog._settings, policy=OverridePolicy("All", None))
    judge.catalog._settings = everything
    config = {
        "name": "c", "connector.class": SOURCE, "topic": "t",
        "producer.override.metadata.max.idle.ms": "5",
    }  # fmt: skip
    found = await judge.examine("c", config, TargetState.STARTED)
    assert found.runs
    assert found.notes == (
        "producer.override.metadata.max.idle.ms is left out: metadata of unused topics is small",
    )


def test_repairs_of_replay_are_told() -> None:
    config, old = {"name": "c"}, {"name": "c", "old": "1"}
    whole = ClusterConfig(connectors={"c": config}, tasks={"c": ({},)}, applied={"c": config})
    assert repairs("c", whole) == []
    moved = dataclasses.replace(whole, applied={})
    assert "KAFKA-17719" in repairs("c", moved)[0]
    assert (
        "older than its config" in repairs("c", dataclasses.replace(whole, applied={"c": old}))[0]
    )
    broken = dataclasses.replace(whole, inconsistent=frozenset({"c"}))
    assert "incomplete" in repairs("c", broken)[0]

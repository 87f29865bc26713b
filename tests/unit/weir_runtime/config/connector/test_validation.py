"""Whole validations; expectations are answers of Java Connect 4.3.1, recorded or asked for."""

import importlib.util
import json
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from weir_runtime.api.config import Config, ConfigKey, ConfigValue, Opt, config_keys, evaluate
from weir_runtime.config.connector import definition, validation
from weir_runtime.config.connector.definition import Defaults
from weir_runtime.config.connector.validation import Converter, Request
from weir_runtime.model.entities import ConfigInfos

CONFORMANCE = Path(__file__).parents[4] / "conformance"
CASES = {case["name"]: case for case in json.loads((CONFORMANCE / "cases.json").read_text())}
JSON = "org.apache.kafka.connect.json.JsonConverter"
SIMPLE = "org.apache.kafka.connect.storage.SimpleHeaderConverter"
SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector"
SINK = "org.apache.kafka.connect.file.FileStreamSinkConnector"
VERSIONS = dict.fromkeys(("connector.class", *definition.CONVERTERS), "4.3.1")
DEFAULTS = Defaults(
    converters={"key.converter": JSON, "value.converter": JSON, "header.converter": SIMPLE},
    versions=VERSIONS,
    classes={"connector.class": SOURCE, "key.converter": JSON},
    recommended=dict.fromkeys(definition.CONVERTERS, (JSON, SIMPLE)),
)


class Source(Config):
    file: str | None = Opt(None, doc="Source.", importance="high")
    topic: str = Opt(doc="Target.", importance="high", min_length=1)
    batch_size: int = Opt(2000, doc="Rows.", importance="low")


class Sink(Config):
    file: str | None = Opt(None, doc="Target.", importance="high")


def load_runner() -> ModuleType:
    spec = importlib.util.spec_from_file_location("conformance_run", CONFORMANCE / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RUN = load_runner()


def request(kind: str, config: dict[str, Any], **fields: Any) -> Request:
    model = Source if kind == "source" else Sink
    keys = config_keys(model)
    return Request(
        **{
            "config": config,
            "kind": kind,
            "keys": keys,
            "values": evaluate(keys, config, model),
            "defaults": DEFAULTS,
            **fields,
        }
    )


def validated(kind: str, config: dict[str, Any], **fields: Any) -> ConfigInfos:
    base = {"name": "c", "connector.class": SOURCE if kind == "source" else SINK}
    base |= {"topic": "t"} if kind == "source" else {"topics": "t"}
    merged = {key: value for key, value in {**base, **config}.items() if value != "(unset)"}
    return validation.validate(request(kind, merged, **fields))


def errors(infos: ConfigInfos) -> dict[str, list[str]]:
    return {item.value.name: item.value.errors for item in infos.configs if item.value.errors}


def wire_key(key: ConfigKey) -> dict[str, Any]:
    return {
        "name": key.name,
        "type": str(key.kind),
        "required": key.required,
        "default_value": key.default,
        "importance": str(key.importance),
        "documentation": key.documentation,
        "group": key.group,
        "order_in_group": key.order,
        "width": str(key.width),
        "display_name": key.display_name,
        "dependents": list(key.dependents),
    }


def wire_value(value: ConfigValue) -> dict[str, Any]:
    return {
        "name": value.name,
        "value": value.value,
        "recommended_values": list(value.recommended),
        "errors": value.errors,
        "visible": value.visible,
    }


def wire(infos: ConfigInfos) -> dict[str, Any]:
    return {
        "name": infos.name,
        "error_count": infos.error_count,
        "groups": list(infos.groups),
        "configs": [
            {
                "definition": None if item.definition is None else wire_key(item.definition),
                "value": wire_value(item.value),
            }
            for item in infos.configs
        ],
    }


@pytest.mark.parametrize(
    ("case", "kind"),
    [("validate-ok", "source"), ("validate-missing", "source"), ("validate-sink", "sink")],
)
def test_recorded_validations_are_given_again(case: str, kind: str) -> None:
    step = CASES[case]["steps"][0]
    wanted = RUN.mask(step["body_expected"])
    mine = RUN.mask(wire(validation.validate(request(kind, step["body"]))))
    assert RUN.missing(mine, wanted) == []
    assert (mine["name"], mine["error_count"], mine["groups"]) == (
        wanted["name"],
        wanted["error_count"],
        wanted["groups"],
    )
    # rows that the recording has not are ours alone; the order of the others is Java's
    names = [row["value"]["name"] for row in mine["configs"]]
    assert names == [row["value"]["name"] for row in wanted["configs"]]


def test_recorded_definitions_are_given_again() -> None:
    wanted = RUN.mask(CASES["plugin-config"]["steps"][0]["body_expected"])
    known = Defaults(versions={"connector.class": "4.3.1"})
    keys = [*config_keys(Source), *definition.framework_keys("source", known)]
    mine = [RUN.mask(wire_key(key)) for key in keys]
    assert RUN.missing(mine, wanted) == []
    assert len(mine) == len(wanted)


@pytest.mark.parametrize("case", ["create-bad-tasks-max", "create-tasks-max-zero"])
def test_recorded_messages_are_given_again(case: str) -> None:
    step = CASES[case]["steps"][-1]
    config = {**step["body"]["config"], "name": "c"}
    infos = validation.validate(request("source", config))
    assert validation.errors_text(infos) == step["body_expected"]["message"]


def test_every_documentation_is_a_sentence() -> None:
    for kind in ("source", "sink"):
        for key in definition.framework_keys(kind):
            assert key.documentation.endswith("."), key.name


@pytest.mark.parametrize(
    ("kind", "config", "wanted"),
    [
        ("sink", {"topics": "(unset)"}, ["topics", "topics.regex"]),
        ("sink", {"topics": " ", "topics.regex": " "}, ["topics", "topics.regex"]),
    ],
)
def test_a_sink_needs_topics(kind: str, config: dict[str, Any], wanted: list[str]) -> None:
    sentence = "Must configure one of topics or topics.regex"
    assert errors(validated(kind, config)) == {key: [sentence] for key in wanted}


@pytest.mark.parametrize(
    ("kind", "config", "wanted"),
    [
        (
            "source",
            {"name": ""},
            {"name": ["Invalid value  for configuration name: String may not be empty"]},
        ),
        (
            "source",
            {"name": "(unset)"},
            {"name": ['Missing required configuration "name" which has no default value.']},
        ),
        (
            "source",
            {"name": "a\u0001b"},
            {
                "name": [
                    "Invalid value a\u0001b for configuration name: String may not contain control "
                    "sequences but had the following ASCII chars: 1"
                ]
            },
        ),
        (
            "sink",
            {"topics": "a,a"},
            {"topics": ["Configuration 'topics' values must not be duplicated."]},
        ),
        (
            "sink",
            {"topics": "a,"},
            {"topics": ["Configuration 'topics' values must not be empty."]},
        ),
        (
            "sink",
            {"errors.deadletterqueue.topic.name": "t"},
            {
                "topics": [
                    "The DLQ topic 't' may not be included in the list of topics ('topics=[t]') "
                    "consumed by the connector"
                ],
                "errors.deadletterqueue.topic.name": [
                    "Invalid value t for configuration errors.deadletterqueue.topic.name: "
                    "a dead letter queue is not supported yet; remove the key"
                ],
            },
        ),
        (
            "sink",
            {"consumer.override.group.id": "workers"},
            {
                "consumer.override.group.id": [
                    "Consumer group workers conflicts with Connect worker group workers"
                ]
            },
        ),
        (
            "source",
            {"errors.tolerance": "some"},
            {
                "errors.tolerance": [
                    "Invalid value some for configuration errors.tolerance: "
                    "String must be one of: none, all"
                ]
            },
        ),
        (
            "source",
            {"transforms": "a, a"},
            {
                "transforms": [
                    "Invalid value [a, a] for configuration transforms: Duplicate alias provided."
                ]
            },
        ),
        (
            "source",
            {"transforms": "a", "transforms.a.type": "x"},
            {
                "transforms": [
                    "Invalid value a for configuration transforms: "
                    "transforms are not supported yet; remove the key"
                ]
            },
        ),
        (
            "source",
            {"exactly.once.support": "REQUIRED"},
            {
                "exactly.once.support": [
                    "This worker does not have exactly-once source support enabled."
                ]
            },
        ),
        (
            "source",
            {"exactly.once.support": "x"},
            {
                "exactly.once.support": [
                    "Invalid value x for configuration exactly.once.support: "
                    "String must be one of (case insensitive): REQUIRED, REQUESTED"
                ]
            },
        ),
        (
            "source",
            {"transaction.boundary.interval.ms": "-1"},
            {
                "transaction.boundary.interval.ms": [
                    "Invalid value -1 for configuration transaction.boundary.interval.ms: "
                    "Value must be at least 0"
                ]
            },
        ),
        (
            "source",
            {"offsets.storage.topic": ""},
            {
                "offsets.storage.topic": [
                    "Invalid value  for configuration offsets.storage.topic: "
                    "String must be non-empty"
                ]
            },
        ),
        (
            "source",
            {"connector.plugin.version": "9"},
            {
                key: [
                    f"Plugin {SOURCE} not found that matches the version range [9,9], "
                    "available versions: [4.3.1]"
                ]
                for key in ("connector.class", "connector.plugin.version")
            },
        ),
        (
            "source",
            {"tasks.max": None},
            {
                "tasks.max": [
                    "Invalid value null for configuration tasks.max: Value must be non-null",
                    validation.NULL,
                ]
            },
        ),
        ("source", {"topic": None}, {"topic": [validation.NULL]}),
        ("source", {"zzz": None}, {"zzz": [validation.NULL]}),
        (
            "source",
            {"file": "${file:/a:b}"},
            {
                "file": [
                    "Invalid value ${file:/a:b} for configuration file: "
                    "references to config providers are not supported yet; write the value itself"
                ]
            },
        ),
        (
            "source",
            {"topic.creation.default.partitions": "0"},
            {
                "topic.creation.default.replication.factor": [
                    'Missing required configuration "topic.creation.default.replication.factor" '
                    "which has no default value."
                ],
                "topic.creation.default.partitions": [
                    "Invalid value 0 for configuration topic.creation.default.partitions: "
                    "must be positive, or -1 for the broker's default"
                ],
            },
        ),
    ],
)
def test_errors_are_told_at_their_key(
    kind: str, config: dict[str, Any], wanted: dict[str, list[str]]
) -> None:
    infos = validated(kind, config, group_id="workers")
    assert errors(infos) == wanted
    assert infos.error_count == sum(map(len, wanted.values()))


def test_a_sink_may_not_be_in_the_group_of_the_workers() -> None:
    infos = validated("sink", {"name": "a"}, group_id="connect-a")
    assert errors(infos) == {
        "name": [
            "Consumer group for sink connector named a conflicts with "
            "Connect worker group connect-a"
        ]
    }


def test_topics_and_a_pattern_exclude_each_other() -> None:
    sentence = "topics and topics.regex are mutually exclusive options, but both are set."
    found = errors(validated("sink", {"topics.regex": "a.*"}))
    assert found == {"topics": [sentence], "topics.regex": [sentence]}


def test_refused_overrides_are_told_at_their_key() -> None:
    def policy(config: Mapping[str, str]) -> dict[str, str]:
        return {key: f"no {key}" for key in config if key.endswith(".acks")}

    config = {"producer.override.acks": "1", "producer.override.linger.ms": "2"}
    infos = validated("source", config, policy=policy)
    assert errors(infos) == {"producer.override.acks": ["no producer.override.acks"]}


def test_of_keys_that_nobody_defines_only_overrides_are_shown() -> None:
    infos = validated("source", {"foo.bar": "1", "producer.override.sasl.jaas.config": "secret"})
    undefined = {item.value.name: item.value.value for item in infos.configs if not item.definition}
    assert undefined == {"producer.override.sasl.jaas.config": "[hidden]"}


def test_sub_keys_of_a_named_converter_are_shown_with_its_prefix() -> None:
    class Sub(Config):
        schemas_enable: bool = Opt(True, doc="Envelope.", importance="high", group="Schemas")

    keys = config_keys(Sub)
    found = Converter(
        "key.converter", keys, evaluate(keys, {"schemas.enable": "maybe"}, Sub), class_name=JSON
    )
    infos = validated(
        "source",
        {"key.converter": "Json", "key.converter.schemas.enable": "maybe"},
        converters=[found],
    )
    assert errors(infos) == {
        "key.converter.schemas.enable": [
            "Invalid value maybe for configuration schemas.enable: "
            "Expected value to be either true or false"
        ]
    }
    assert infos.groups[-1] == "Schemas"
    shown = {item.value.name: item.value.value for item in infos.configs}
    assert shown["key.converter"] == JSON


def test_a_converter_that_is_not_there_is_an_error_of_its_key() -> None:
    sentence = (
        "Invalid value no.Such for configuration key.converter: Class no.Such could not be found."
    )
    missing = Converter("key.converter", error=sentence)
    infos = validated("source", {"key.converter": "no.Such"}, converters=[missing])
    assert errors(infos) == {"key.converter": [sentence]}
    values = {item.value.name: item.value for item in infos.configs}
    assert values["key.converter"].value is None
    assert values["key.converter.plugin.version"].visible is False


def test_a_config_without_anything_is_answered_with_errors() -> None:
    infos = validation.validate(request("sink", {}))
    assert set(errors(infos)) == {"name", "connector.class", "topics", "topics.regex"}

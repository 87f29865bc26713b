"""Parsing and checking keys as Java's ConfigDef does; the texts were recorded from Kafka 4.3.1."""

import enum
import math
from typing import Literal

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weir_runtime.api import value
from weir_runtime.api.config import (
    Config,
    ConfigKey,
    ConfigValue,
    Importance,
    Kind,
    Opt,
    Width,
    config_keys,
    evaluate,
    parse,
)
from weir_runtime.api.errors import ConfigError


class Mode(enum.Enum):
    FAST = "fast"
    SAFE = "safe"


class Example(Config):
    file: str | None = Opt(None, doc="Where to read.", importance="high")
    topic: str = Opt(doc="Where to write.", importance="high", min_length=1)
    batch_size: int = Opt(2000, doc="Rows.", importance="low", ge=1)
    total: int = Opt(1 << 40, doc="Bytes.")
    rate: float = Opt(1.5, doc="Rows a second.", gt=0, le=100)
    fast: bool = Opt(True, doc="Hurry.", group="Speed", order=1, width="short", display_name="Fast")
    fields: list[str] = Opt(["a", "b"], doc="Names.")
    password: pydantic.SecretStr | None = Opt(None, doc="Secret.")
    mode: Literal["left", "right"] = Opt("left", doc="Side.")
    speed: Mode = Opt(Mode.SAFE, doc="Kind.", ignore_case=True)
    replicas: int = Opt(3, doc="Copies.", kind="short", alias="replication.factor")

    @pydantic.field_validator("topic")
    @classmethod
    def _no_dots(cls, topic: str) -> str:
        if topic == ".":
            raise ValueError("a topic is not a dot")
        return topic

    @pydantic.model_validator(mode="after")
    def _sane(self) -> "Example":
        if self.file == self.topic:
            raise ValueError("file and topic are the same")
        return self


KEYS = config_keys(Example)


def values(**config: str | None) -> dict[str, ConfigValue]:
    wire = {name.replace("__", "."): text for name, text in config.items()}
    return {item.name: item for item in evaluate(KEYS, wire, Example)}


def one(kind: Kind, text: str | None) -> ConfigValue:
    key = ConfigKey("k", kind, True, None, Importance.HIGH, "")
    return evaluate((key,), {"k": text})[0]


def test_definitions_follow_the_model() -> None:
    keys = {key.name: key for key in KEYS}
    assert [key.name for key in KEYS][:3] == ["file", "topic", "batch.size"]
    assert keys["topic"] == ConfigKey(
        "topic", Kind.STRING, True, None, Importance.HIGH, "Where to write.", display_name="topic"
    )
    assert (keys["batch.size"].kind, keys["batch.size"].default) == (Kind.INT, "2000")
    assert (keys["total"].kind, keys["total"].default) == (Kind.LONG, "1099511627776")
    assert (keys["rate"].kind, keys["rate"].default) == (Kind.DOUBLE, "1.5")
    assert (keys["fast"].group, keys["fast"].order, keys["fast"].width) == ("Speed", 1, Width.SHORT)
    assert (keys["fast"].display_name, keys["fast"].default) == ("Fast", "true")
    assert (keys["fields"].kind, keys["fields"].default) == (Kind.LIST, "a,b")
    assert (keys["password"].kind, keys["password"].default) == (Kind.PASSWORD, None)
    assert keys["mode"].recommended == ("left", "right")
    assert (keys["speed"].default, keys["speed"].recommended) == ("safe", ("fast", "safe"))
    assert keys["replication.factor"].kind is Kind.SHORT


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        (Kind.BOOLEAN, " TRUE", "true"),
        (Kind.STRING, " 1 ", "1"),
        (Kind.STRING, "", ""),
        (Kind.INT, " 1 ", "1"),
        (Kind.INT, "+1", "1"),
        (Kind.INT, "\u0661", "1"),
        (Kind.LONG, "2147483648", "2147483648"),
        (Kind.DOUBLE, "1", "1.0"),
        (Kind.DOUBLE, "1e3", "1000.0"),
        (Kind.DOUBLE, "1f", "1.0"),
        (Kind.DOUBLE, "2147483648", "2.147483648E9"),
        (Kind.DOUBLE, "9223372036854775808", "9.223372036854776E18"),
        (Kind.DOUBLE, "NaN", "NaN"),
        (Kind.DOUBLE, "Infinity", "Infinity"),
        (Kind.LIST, " a , b ", "a,b"),
        (Kind.LIST, "a,,b", "a,,b"),
        (Kind.LIST, ",", ","),
        (Kind.LIST, "  ", ""),
        (Kind.PASSWORD, "secret", "[hidden]"),
        (Kind.PASSWORD, "", "[hidden]"),
    ],
)
def test_a_text_that_java_takes_is_taken_and_shown_as_java_shows_it(
    kind: Kind, text: str, shown: str
) -> None:
    assert one(kind, text) == ConfigValue("k", shown, [])


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        (Kind.BOOLEAN, "yes", "Expected value to be either true or false"),
        (Kind.BOOLEAN, "", "Expected value to be either true or false"),
        (Kind.INT, "", "Not a number of type INT"),
        (Kind.INT, "1.5", "Not a number of type INT"),
        (Kind.INT, "1_0", "Not a number of type INT"),
        (Kind.INT, "0x10", "Not a number of type INT"),
        (Kind.INT, "2147483648", "Not a number of type INT"),
        (Kind.INT, "9" * 5000, "Not a number of type INT"),
        (Kind.SHORT, "32768", "Not a number of type SHORT"),
        (Kind.LONG, "9223372036854775808", "Not a number of type LONG"),
        (Kind.DOUBLE, "0x10", "Not a number of type DOUBLE"),
        (Kind.DOUBLE, "1_0", "Not a number of type DOUBLE"),
        (Kind.DOUBLE, "inf", "Not a number of type DOUBLE"),
        (Kind.DOUBLE, "\u0661", "Not a number of type DOUBLE"),
    ],
)
def test_a_text_that_java_refuses_is_refused_in_its_words(
    kind: Kind, text: str, reason: str
) -> None:
    assert one(kind, text).errors == [f"Invalid value {text} for configuration k: {reason}"]
    assert one(kind, text).value is None


def test_a_missing_required_key_and_a_null_are_errors_of_their_key() -> None:
    found = values(batch__size=None)
    assert found["topic"].errors == [
        'Missing required configuration "topic" which has no default value.'
    ]
    assert found["batch.size"].errors == [
        "Invalid value null for configuration batch.size: Value must be non-null",
        "Null value can not be supplied as the configuration value.",
    ]


def test_a_number_that_cannot_be_read_is_also_reported_as_absent_where_a_range_is_asked() -> None:
    assert values(topic="t", batch__size="zero")["batch.size"].errors == [
        "Invalid value zero for configuration batch.size: Not a number of type INT",
        "Invalid value null for configuration batch.size: Value must be non-null",
    ]


@pytest.mark.parametrize(
    ("key", "text", "reason"),
    [
        ("batch__size", "0", "Value must be at least 1"),
        ("rate", "0", "Value must be more than 0"),
        ("rate", "101", "Value must be no more than 100"),
        ("mode", "up", "String must be one of: left, right"),
        ("mode", "LEFT", "String must be one of: left, right"),
        ("speed", "slow", "String must be one of (case insensitive): fast, safe"),
        ("topic", "", "String must be non-empty"),
        ("topic", ".", "a topic is not a dot"),
    ],
)
def test_constraints_of_the_model_speak_as_java_validators(
    key: str, text: str, reason: str
) -> None:
    found = values(**{"topic": "t", key: text})[key.replace("__", ".")]
    shown = "0.0" if (key, text) == ("rate", "0") else "101.0" if text == "101" else text
    assert found.errors == [f"Invalid value {shown} for configuration {found.name}: {reason}"]


def test_lists_refuse_empty_items_and_repetition() -> None:
    assert values(topic="t", fields="a,")["fields"].errors == [
        "Configuration 'fields' values must not be empty."
    ]
    assert values(topic="t", fields="a, a")["fields"].errors == [
        "Configuration 'fields' values must not be duplicated."
    ]


def test_an_error_of_the_whole_model_goes_to_the_first_key() -> None:
    assert values(topic="t", file="t")["file"].errors == ["file and topic are the same"]


def test_a_password_is_never_shown() -> None:
    found = values(topic="t", password="hunter2")
    assert "hunter2" not in repr(found)
    assert found["password"].value == "[hidden]"


def test_parse_gives_an_instance_with_defaults() -> None:
    config = parse(Example, {"topic": " t ", "speed": "FAST", "fields": "x , y", "zzz": "1"})
    assert (config.topic, config.speed, config.fields) == ("t", Mode.FAST, ["x", "y"])
    assert (config.batch_size, config.replicas, config.password) == (2000, 3, None)


def test_parse_tells_every_error() -> None:
    with pytest.raises(ConfigError) as caught:
        parse(Example, {"batch.size": "0", "fast": "maybe"})
    assert str(caught.value).splitlines() == [
        'Missing required configuration "topic" which has no default value.',
        "Invalid value 0 for configuration batch.size: Value must be at least 1",
        "Invalid value maybe for configuration fast: Expected value to be either true or false",
    ]


def test_a_list_may_repeat_items_where_the_author_says_so() -> None:
    class Repeating(Config):
        path: list[str] = Opt(doc="Steps.", duplicates=True)

    assert parse(Repeating, {"path": "a,b,a"}).path == ["a", "b", "a"]


@given(st.dictionaries(st.sampled_from([key.name for key in KEYS]), st.text() | st.none()))
def test_any_config_gives_one_value_a_key_or_an_instance(config: dict[str, str | None]) -> None:
    found = evaluate(KEYS, config, Example)
    assert [item.name for item in found] == [key.name for key in KEYS]
    errors = [error for item in found for error in item.errors]
    if errors:
        with pytest.raises(ConfigError) as caught:
            parse(Example, config)
        assert str(caught.value) == "\n".join(errors)
    else:
        assert isinstance(parse(Example, config), Example)


@given(st.floats())
def test_a_double_survives_its_java_text(number: float) -> None:
    text = value.java_double(number)
    again = value.parse("k", Kind.DOUBLE, text)
    assert again == number or math.isnan(number)
    assert "." in text or text.endswith(("NaN", "Infinity"))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1e7, "1.0E7"),
        (1e-4, "1.0E-4"),
        (1.5e10, "1.5E10"),
        (123456789.0, "1.23456789E8"),
        (1e300, "1.0E300"),
        (0.001, "0.001"),
        (9999999.0, "9999999.0"),
        (-2.5e-7, "-2.5E-7"),
        (0.0, "0.0"),
    ],
)
def test_doubles_are_printed_as_java_prints_them(number: float, text: str) -> None:
    assert value.java_double(number) == text

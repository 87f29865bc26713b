"""Our validation beside Java's, over random configs of the file connectors."""

import json
import random
import urllib.error
import urllib.request
from typing import Any

import pytest

from weir_runtime.api.config import Config, config_keys, evaluate
from weir_runtime.config.connector import definition, validation
from weir_runtime.config.connector.definition import Defaults
from weir_runtime.config.connector.validation import Request
from weir_runtime.connectors.file_sink import FileStreamSinkConnector
from weir_runtime.connectors.file_source import FileStreamSourceConnector

pytestmark = [pytest.mark.kafka, pytest.mark.java_connect]

PACKAGE = "org.apache.kafka.connect.file."
CONNECTORS: dict[str, tuple[str, type[Config]]] = {
    "source": (f"{PACKAGE}FileStreamSourceConnector", FileStreamSourceConnector.config_class),
    "sink": (f"{PACKAGE}FileStreamSinkConnector", FileStreamSinkConnector.config_class),
}
VALUES = (
    *("", "0", "1", "-1", " 2 ", "x", "a,b", "a,a", "a,", "true", "FALSE", "yes", "none", "all"),
    *("99999999999", "99999999999999999999", "32768", "1.5", "+3", "\u0663", "a b", "\t", "(["),
    *("restart", "poll", "INTERVAL", "requested", " a , b ", "a.*", "a\u0007b", "$t"),
)
# what depends on the plugins of the worker, and what only this project refuses
LEFT_OUT = ("connector.class", "plugin.version", "converter", "transforms", "predicates")


def java(url: str, class_name: str, config: dict[str, str]) -> dict[str, Any] | None:
    """Return Java's values by name; None where it answers 500, as for a bad regex beside a DLQ."""
    request = urllib.request.Request(
        f"{url}/connector-plugins/{class_name}/config/validate",
        method="PUT",
        data=json.dumps(config).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            found: dict[str, Any] = json.load(reply)
    except urllib.error.HTTPError as error:
        error.close()
        return None
    return {row["value"]["name"]: row["value"] for row in found["configs"]}


def comparable(value: str | None, errors: list[str]) -> tuple[str | None, list[str]]:
    """Leave out refusals of our own and what the two regex engines say of a bad pattern."""
    kept = [error for error in errors if "not supported yet" not in error]
    return value, [error.split("Invalid regex:")[0] for error in kept]


def ours(kind: str, config: dict[str, str]) -> dict[str, tuple[str | None, list[str]]]:
    model = CONNECTORS[kind][1]
    keys = config_keys(model)
    own = evaluate(keys, config, model)
    defaults = Defaults(versions={"connector.class": "4.3.1"})
    infos = validation.validate(Request(config, kind, keys, own, defaults))
    return {
        item.value.name: comparable(item.value.value, item.value.errors) for item in infos.configs
    }


@pytest.mark.parametrize("kind", ["source", "sink"])
def test_values_and_errors_are_javas(java_connect_url: str, kind: str) -> None:
    class_name, model = CONNECTORS[kind]
    keys = [*definition.framework_keys(kind), *config_keys(model)]
    names = [key.name for key in keys if not any(word in key.name for word in LEFT_OUT)]
    names = [name for name in names if name != "topic.creation.groups"]
    choice = random.Random(kind)
    compared = 0
    for _ in range(120):
        config = {
            name: choice.choice(VALUES) for name in choice.sample(names, choice.randint(0, 8))
        }
        config["connector.class"] = class_name
        mine = ours(kind, config)
        theirs = java(java_connect_url, class_name, config)
        if theirs is None:
            continue
        compared += 1
        for name in names:
            wanted = comparable(theirs[name]["value"], theirs[name]["errors"])
            assert mine[name] == wanted, (name, config)
    assert compared > 60

"""The definition that is committed is the one that the models give."""

from pathlib import Path
from typing import Any

import yaml

from weir_operator.resources import crd
from weir_operator.resources.spec import RESERVED_KEYS

ROOT = Path(__file__).parents[4]
FILE = ROOT / "crds" / "kafkaconnectors.weir.dev.yaml"


def walk(node: Any, path: str = "") -> list[tuple[str, dict[str, Any]]]:
    found = [(path, node)] if isinstance(node, dict) else []
    children = node.items() if isinstance(node, dict) else []
    return found + [pair for key, child in children for pair in walk(child, f"{path}/{key}")]


def version() -> dict[str, Any]:
    (only,) = crd.definition()["spec"]["versions"]
    assert isinstance(only, dict)
    return only


def spec() -> dict[str, Any]:
    schema = version()["schema"]["openAPIV3Schema"]["properties"]["spec"]
    assert isinstance(schema, dict)
    return schema


def test_the_committed_file_is_what_the_models_give() -> None:
    assert FILE.read_text() == crd.dump(), "run `make crds`"


def test_the_file_is_the_definition() -> None:
    assert yaml.safe_load(FILE.read_text()) == crd.definition()


def test_nothing_is_in_the_schema_that_a_structural_one_may_not_have() -> None:
    for path, node in walk(version()["schema"]):
        if path.endswith("/properties"):
            continue
        for word in ("$ref", "$defs", "anyOf", "title", "default", "const"):
            assert word not in node, path


def test_every_field_that_people_write_is_described() -> None:
    for path, node in walk(spec(), "spec"):
        holds_fields = path.endswith("/properties") and not path.startswith(
            "spec/properties/config/"
        )
        for name, field in node.items() if holds_fields else ():
            assert field.get("description"), f"{path}/{name}"


def test_each_reserved_key_has_a_rule_that_names_the_field_to_use() -> None:
    rules = spec()["properties"]["config"]["x-kubernetes-validations"]
    assert len(rules) == len(RESERVED_KEYS)
    for (key, field), rule in zip(RESERVED_KEYS.items(), rules, strict=True):
        assert rule["rule"] == f"!has(self.{key.replace('.', '__dot__')})"
        assert key in rule["message"]
        assert f"spec.{field}" in rule["message"]


def test_the_state_can_be_seen_in_a_table() -> None:
    columns = {column["name"]: column for column in version()["additionalPrinterColumns"]}
    narrow = [name for name, column in columns.items() if not column.get("priority")]
    assert narrow == ["State", "Tasks", "Ready", "Reason", "Age"]
    assert columns["Tasks"]["jsonPath"] == ".status.tasksSummary"


def test_conditions_are_a_map_by_their_type() -> None:
    status = version()["schema"]["openAPIV3Schema"]["properties"]["status"]
    conditions = status["properties"]["conditions"]
    assert conditions["x-kubernetes-list-type"] == "map"
    assert conditions["x-kubernetes-list-map-keys"] == ["type"]
    assert version()["subresources"] == {"status": {}}

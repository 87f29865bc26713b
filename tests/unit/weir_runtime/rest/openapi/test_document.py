"""The OpenAPI document: whole, right, and the same as what is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weir_runtime.api.config import ConfigKey, ConfigValue, Importance, Kind, Width
from weir_runtime.api.errors import ConnectError
from weir_runtime.model import entities
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import State
from weir_runtime.rest import document as parsing
from weir_runtime.rest import request, view
from weir_runtime.rest.openapi import document
from weir_runtime.rest.settings import Surface
from weir_runtime.rest.table import ROUTES

DOCUMENT = json.loads(view.encode(document.build(ROUTES)))
OPERATIONS = {
    operation["operationId"]: operation
    for item in DOCUMENT["paths"].values()
    for operation in item.values()
}


def validator(schema: Any, *, closed: bool = False) -> Any:
    components = DOCUMENT["components"]
    if closed:
        components = {**components, "schemas": sealed(components["schemas"])}
    return jsonschema_rs.validator_for({**schema, "components": components})


def sealed(schemas: Any) -> Any:
    """Return schemas whose objects have no further fields."""
    return {
        name: {**schema, "additionalProperties": False} if "properties" in schema else schema
        for name, schema in schemas.items()
    }


def resolved(response: Any) -> Any:
    if "$ref" in response:
        return DOCUMENT["components"]["responses"][response["$ref"].rpartition("/")[2]]
    return response


def examples() -> Iterator[tuple[str, Any, Any]]:
    for name, operation in OPERATIONS.items():
        parts = {"body": operation.get("requestBody", {})}
        parts |= {status: resolved(each) for status, each in operation["responses"].items()}
        for part, holder in parts.items():
            for media in holder.get("content", {}).values():
                if "example" in media:
                    yield f"{name} {part}", media["schema"], media["example"]


EXAMPLES = list(examples())


def test_every_route_is_an_operation_with_an_own_name_and_a_summary() -> None:
    assert len(OPERATIONS) == len(ROUTES)
    assert all(operation["summary"] for operation in OPERATIONS.values())
    assert all(operation["responses"] for operation in OPERATIONS.values())


def test_every_schema_is_one() -> None:
    for schema in DOCUMENT["components"]["schemas"].values():
        jsonschema_rs.meta.validate(schema)


@pytest.mark.parametrize(
    ("schema", "example"), [each[1:] for each in EXAMPLES], ids=[e[0] for e in EXAMPLES]
)
def test_examples_are_right(schema: Any, example: Any) -> None:
    validator(schema, closed=True).validate(example)


def test_references_and_links_lead_somewhere() -> None:
    text = json.dumps(DOCUMENT)
    for part in ("schemas", "responses"):
        for name in DOCUMENT["components"][part]:
            assert f'"#/components/{part}/{name}"' in text
    for operation in OPERATIONS.values():
        for response in operation["responses"].values():
            for link in response.get("links", {}).values():
                assert link["operationId"] in OPERATIONS


def test_the_login_is_shown_only_where_there_is_one() -> None:
    assert "security" not in DOCUMENT
    assert "401" not in OPERATIONS["getConnector"]["responses"]
    with_login = document.build(ROUTES, login=True)
    assert with_login["components"]["securitySchemes"] == {
        "basic": {"type": "http", "scheme": "basic"}
    }
    assert with_login["security"] == [{"basic": []}]
    assert "401" in with_login["paths"]["/"]["get"]["responses"]
    assert with_login["paths"]["/connectors/{connector}/fence"]["put"]["security"] == []


def test_a_listener_describes_its_own_paths() -> None:
    shown = document.build([route for route in ROUTES if Surface.ADMIN.serves(route.path)])
    assert set(shown["paths"]) == {"/openapi.json", "/admin/loggers", "/admin/loggers/{logger}"}
    assert [tag["name"] for tag in shown["tags"]] == ["worker", "loggers"]


# what is encoded and what is described

TEXTS = st.text(max_size=5)
NAMES = st.text(min_size=1, max_size=5)
VERSIONS = st.sampled_from([None, "1.0", view.UNDEFINED])
TRACES = st.sampled_from([None, "", "E: x"])
STATES = st.sampled_from([state.value for state in State if state is not State.DESTROYED])
OF_TASKS = STATES.filter(lambda state: state != State.STOPPED)
TYPES = st.sampled_from(["source", "sink", "unknown"])
COUNTS = st.integers(0, 1 << 31)
CONFIGS = st.dictionaries(TEXTS, TEXTS, max_size=3)
TASK_IDS = st.builds(TaskId, NAMES, COUNTS)
TASKS = st.builds(entities.TaskStatus, COUNTS, OF_TASKS, NAMES, VERSIONS, TRACES)
STATUSES = st.builds(
    entities.ConnectorStatus,
    NAMES,
    st.builds(entities.PartStatus, STATES, NAMES, VERSIONS, TRACES),
    st.lists(TASKS, max_size=2),
    TYPES,
)
INFOS = st.builds(entities.ConnectorInfo, NAMES, CONFIGS, st.lists(TASK_IDS, max_size=2), TYPES)
FIELDS = st.dictionaries(TEXTS, st.none() | st.booleans() | st.integers() | TEXTS, max_size=3)
OFFSETS = st.builds(entities.ConnectorOffset, FIELDS, st.none() | FIELDS)
KEYS = st.builds(
    ConfigKey,
    name=NAMES,
    kind=st.sampled_from(Kind),
    required=st.booleans(),
    default=st.none() | TEXTS,
    importance=st.sampled_from(Importance),
    documentation=TEXTS,
    group=st.none() | TEXTS,
    order=st.integers(-1, 100),
    width=st.sampled_from(Width),
    display_name=TEXTS,
    dependents=st.tuples(TEXTS),
)
VALUES = st.builds(ConfigValue, NAMES, st.none() | TEXTS, st.lists(TEXTS, max_size=2))
VALIDATIONS = st.builds(
    entities.ConfigInfos,
    NAMES,
    COUNTS,
    st.lists(TEXTS, max_size=2),
    st.lists(st.builds(entities.ConfigInfo, st.none() | KEYS, VALUES), max_size=2),
)
SENT = {
    "serverInfo": st.builds(entities.ServerInfo, st.just("4.3.1"), TEXTS, TEXTS).map(
        view.server_info
    ),
    "healthCheck": st.builds(
        entities.Health, st.sampled_from(["healthy", "starting", "unhealthy"]), TEXTS
    ).map(view.health),
    "getConnector": INFOS.map(view.info),
    "getConnectorStatus": STATUSES.map(view.status),
    "getTaskStatus": TASKS.map(view.task_status),
    "getTaskConfigs": st.lists(
        st.builds(entities.TaskInfo, TASK_IDS, CONFIGS).map(view.task), max_size=2
    ),
    "getOffsets": st.lists(OFFSETS, max_size=2).map(view.offsets),
    "getConnectorActiveTopics": st.builds(view.topics, NAMES, st.lists(TEXTS, max_size=2)),
    "listConnectorPlugins": st.lists(
        st.builds(
            entities.PluginInfo,
            NAMES,
            st.sampled_from(["sink", "source", "converter", "predicate"]),
            VERSIONS,
        ).map(view.plugin),
        max_size=2,
    ),
    "getConnectorConfigDef": st.lists(
        KEYS.map(lambda key: view.definition(key, with_order=True)), max_size=2
    ),
    "validateConfigs": VALIDATIONS.map(lambda found: view.validation(found, with_order=False)),
    "listLoggers": st.dictionaries(
        NAMES, st.builds(entities.LoggerLevel, TEXTS, st.none() | st.integers()).map(view.logger)
    ),
}


@pytest.mark.parametrize("name", SENT)
def test_what_is_sent_is_what_is_described(name: str) -> None:
    schema = OPERATIONS[name]["responses"]["200"]["content"]["application/json"]["schema"]
    check = validator(schema, closed=True)

    @settings(max_examples=40)
    @given(SENT[name])
    def all_of_it(body: Any) -> None:
        check.validate(json.loads(view.encode(body)))

    all_of_it()


# what is taken and what is described

SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | TEXTS
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)
STATED = st.sampled_from(["RUNNING", "PAUSED", "STOPPED", None, "OTHER", 3])
OFFSET = st.fixed_dictionaries(
    {}, optional={"partition": FIELDS | ANYTHING, "offset": FIELDS | ANYTHING, "more": SCALARS}
)
CLASSED = st.builds(lambda more: {"connector.class": "X", **more}, st.dictionaries(TEXTS, SCALARS))
BODIES = {
    "createConnector": st.fixed_dictionaries(
        {},
        optional={
            "name": st.just("c") | SCALARS,
            "config": CLASSED | ANYTHING,
            "initial_state": STATED,
            "more": SCALARS,
        },
    )
    | ANYTHING,
    "patchConnectorConfig": ANYTHING,
    "alterConnectorOffsets": st.fixed_dictionaries({"offsets": st.lists(OFFSET, max_size=2)})
    | ANYTHING,
}
PARSE: dict[str, Any] = {
    "createConnector": request.CreateConnector.parse,
    "patchConnectorConfig": request.patch_of,
    "alterConnectorOffsets": request.offsets_of,
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_described_is_taken(name: str) -> None:
    schema = OPERATIONS[name]["requestBody"]["content"]["application/json"]["schema"]
    check = validator(schema)

    @settings(max_examples=60)
    @given(BODIES[name])
    def each(body: Any) -> None:
        if not check.is_valid(body):
            return
        text = json.dumps(body).encode()
        PARSE[name](parsing.parse(text, depth_limit=64))

    each()


@pytest.mark.parametrize("name", ["createConnector", "alterConnectorOffsets"])
def test_a_body_of_another_shape_is_refused(name: str) -> None:
    schema = OPERATIONS[name]["requestBody"]["content"]["application/json"]["schema"]
    check = validator(schema)
    bodies: list[Any] = [[], "x", 3, {"more": 1}, {}, {"config": {"a": []}}, {"offsets": [3]}]
    for body in bodies:
        assert not check.is_valid(body)
        with pytest.raises(ConnectError):
            PARSE[name](parsing.parse(json.dumps(body).encode(), depth_limit=64))

"""What known clients of Connect's REST API break without: one test for each rule.

The clients: kcctl, kafka-ui, AKHQ, Redpanda Console, the Terraform provider, Strimzi, jikkou, the
Debezium UI, cp-ansible, kafka-connect-py, kafkaconnect, the lenses tools.
"""

import re
from typing import Any

import pytest

from weir_runtime.api.config import Importance, Kind, Width
from weir_runtime.api.errors import BadRequestError, NotFoundError, RebalanceNeededError
from weir_runtime.model.entities import TaskStatus
from weir_runtime.model.state import State
from weir_runtime.rest.settings import Cors, Settings

CONFIG = {"connector.class": "x.FileStreamSource", "topic": "t"}


@pytest.mark.parametrize(
    "path",
    [
        "/connectors",
        "/connector-plugins",
        "/admin/loggers",
        "/connectors/c",
        "/connectors/c/status",
        "/connectors/c/tasks/0/status",
    ],
)
async def test_rule_1_a_trailing_slash_is_served_directly(call: Any, twin: Any, path: str) -> None:
    twin.add("c")
    plain, slashed = await call("GET", path), await call("GET", path + "/")
    assert (slashed.status, slashed.content) == (200, plain.content)


async def test_rule_1_holds_for_post_and_with_a_query(call: Any, twin: Any) -> None:
    answer = await call("POST", "/connectors/", {"name": "c", "config": CONFIG})
    assert answer.status == 201
    assert list((await call("GET", "/connectors/?expand=status")).json) == ["c"]


async def test_rule_2_the_version_is_kafkas(call: Any) -> None:
    version = (await call("GET", "/")).json["version"]
    major, minor = version.split(".")[:2]
    assert (int(major), int(minor)) >= (3, 7)


async def test_rule_3_configs_are_flat_string_maps_in_every_reply(call: Any, twin: Any) -> None:
    body = {"name": "c", "config": {**CONFIG, "tasks.max": 2, "flag": True, "ratio": 0.5}}
    created = (await call("POST", "/connectors", body)).json["config"]
    assert (created["tasks.max"], created["flag"], created["ratio"]) == ("2", "true", "0.5")
    twin.known["c"].tasks = [TaskStatus(0, "RUNNING", "w:1", None)]
    for path in ("/connectors/c", "/connectors/c/config", "/connectors/c/tasks"):
        shown = (await call("GET", path)).json
        config = shown[0]["config"] if isinstance(shown, list) else shown.get("config", shown)
        assert all(isinstance(value, str) for value in config.values())


async def test_rule_4_the_connector_part_of_a_status_holds_only_strings(
    call: Any, twin: Any
) -> None:
    twin.add("c").trace = "x.Error: why"
    part = (await call("GET", "/connectors/c/status")).json["connector"]
    assert set(part) == {"state", "worker_id", "version", "trace"}
    assert all(isinstance(value, str) for value in part.values())
    assert re.fullmatch(r"[^:]+:\d+", part["worker_id"])


def test_rule_5_the_enumerations_are_the_ones_clients_know() -> None:
    shown = set(State) - {State.DESTROYED}
    assert shown == {"RUNNING", "FAILED", "PAUSED", "UNASSIGNED", "RESTARTING", "STOPPED"}
    assert set(Kind) == {
        "BOOLEAN", "CLASS", "DOUBLE", "INT", "LIST", "LONG", "PASSWORD", "SHORT", "STRING",
    }  # fmt: skip
    assert set(Importance) == {"LOW", "MEDIUM", "HIGH"}
    assert set(Width) == {"SHORT", "MEDIUM", "LONG", "NONE"}


async def test_rule_6_a_trace_passes_through_as_it_is_and_an_empty_one_is_left_out(
    call: Any, twin: Any
) -> None:
    trace = "weir.Error: broken\n\tat weir.task(task.py:3)\nCaused by: OSError: disk\n"
    twin.add("c", tasks=0).tasks = [
        TaskStatus(0, "FAILED", "w:1", "1", trace),
        TaskStatus(1, "RUNNING", "w:1", "1", ""),
    ]
    tasks = (await call("GET", "/connectors/c/status")).json["tasks"]
    assert tasks[0]["trace"] == trace
    assert list(tasks[0])[-1] == "trace"
    assert "trace" not in tasks[1]


async def test_rule_7_topics_name_the_connector_even_when_there_are_none(call: Any) -> None:
    assert (await call("GET", "/connectors/x/topics")).json == {"x": {"topics": []}}


@pytest.mark.parametrize("body", [b"null", b'""', b"{}", b"", b"broken"])
async def test_rule_8_bodies_nobody_asked_for_are_ignored(
    call: Any, twin: Any, body: bytes
) -> None:
    twin.add("c")
    assert (await call("PUT", "/connectors/c/pause", body)).status == 202
    assert (await call("POST", "/connectors/c/restart", body)).status == 204
    assert (await call("DELETE", "/connectors/c", body)).status == 204


async def test_rule_8_a_get_may_have_a_content_type_and_accept_anything(call: Any) -> None:
    answer = await call("GET", "/connectors", Content_Type="application/json", Accept="*/*")
    assert answer.status == 200


@pytest.mark.parametrize(
    ("query", "flags"),
    [
        ("includeTasks=True&onlyFailed=False", (True, False)),
        ("includeTasks=TRUE&onlyFailed=true", (True, True)),
        ("includeTasks=1&onlyFailed=yes", (False, False)),
        ("includeTasks=&onlyFailed", (False, False)),
        ("", (False, False)),
    ],
)
async def test_rule_9_booleans_are_true_in_any_case_and_false_otherwise(
    call: Any, twin: Any, query: str, flags: tuple[bool, bool]
) -> None:
    twin.add("c")
    await call("POST", f"/connectors/c/restart?{query}")
    assert twin.calls[-1][2:] == flags


async def test_rule_10_a_rebalance_is_a_409_with_the_sentence_clients_match(
    call: Any, twin: Any
) -> None:
    text = "Request cannot be completed because a rebalance is expected"
    twin.fault = RebalanceNeededError(text)
    assert (await call("GET", "/connectors/c")).error == (409, text)


async def test_rule_10_an_unknown_class_keeps_its_prefix(call: Any, twin: Any) -> None:
    text = "Failed to find any class that implements Connector and which name matches x"
    twin.fault = BadRequestError(text)
    assert (await call("GET", "/connectors/c")).error == (400, text)


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/nope", {}),
        ("PATCH", "/connectors", {}),
        ("GET", "/connectors", {"Accept": "text/html"}),
        ("POST", "/connectors", {"Content_Type": "text/plain"}),
        ("GET", "/connectors/none", {}),
        ("PUT", "/connectors/c/fence", {}),
    ],
)
async def test_rule_11_every_failure_has_a_json_body_with_code_and_message(
    call: Any, method: str, path: str, headers: dict[str, str]
) -> None:
    status, message = (await call(method, path, **headers)).error
    assert status >= 400
    assert message


async def test_rule_12_the_sequence_of_an_operator_has_its_exact_statuses(
    call: Any, twin: Any
) -> None:
    got = [
        await call("GET", "/connectors/c/config"),
        await call("GET", "/connectors/c/status"),
        await call("POST", "/connectors", {"name": "c", "config": CONFIG}),
        await call("PUT", "/connectors/c/config", CONFIG),
        await call("PUT", "/connectors/c/pause"),
        await call("PUT", "/connectors/c/resume"),
        await call("PUT", "/connectors/c/stop"),
        await call("POST", "/connectors/c/restart?includeTasks=true&onlyFailed=true"),
        await call("POST", "/connectors/c/restart?includeTasks=false&onlyFailed=false"),
        await call("DELETE", "/connectors/c"),
        await call("GET", "/connectors/c/status"),
    ]
    assert [a.status for a in got] == [404, 404, 201, 200, 202, 202, 204, 202, 204, 204, 404]


async def test_rule_13_an_incomplete_config_validates_with_200_and_errors(
    call: Any, twin: Any
) -> None:
    path = "/connector-plugins/FileStreamSource/config/validate"
    answer = await call("PUT", path, {"topics": "dummy", "surplus": 1, "tasks.max": 2})
    assert answer.status == 200
    assert answer.json["error_count"] == 1
    by_name = {each["value"]["name"]: each for each in answer.json["configs"]}
    assert by_name["surplus"]["definition"] is None
    assert by_name["surplus"]["value"]["value"] == "1"
    assert by_name["tasks.max"]["definition"]["default_value"] == "1"
    assert all(isinstance(each["value"]["errors"], list) for each in answer.json["configs"])
    assert (await call("PUT", path, {})).status == 200


@pytest.mark.parametrize("query", ["expand=info&expand=status", "expand=status&expand=info"])
async def test_rule_14_expand_gives_both_parts_in_any_order(
    call: Any, twin: Any, query: str
) -> None:
    twin.add("c")
    shown = (await call("GET", f"/connectors?{query}")).json
    assert set(shown["c"]) == {"info", "status"}
    assert shown["c"]["info"] == (await call("GET", "/connectors/c")).json
    assert shown["c"]["status"] == (await call("GET", "/connectors/c/status")).json


async def test_rule_14_a_connector_that_is_gone_meanwhile_is_left_out(
    call: Any, twin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    twin.add("c")
    twin.add("gone")
    status = twin.connector_status

    def vanish(name: str) -> Any:
        if name == "gone":
            raise NotFoundError("No status found for connector gone")
        return status(name)

    monkeypatch.setattr(twin, "connector_status", vanish)
    shown = await call("GET", "/connectors?expand=info&expand=status")
    assert (shown.status, list(shown.json)) == (200, ["c"])


@pytest.mark.parametrize("query", ["expand=zz", "expand=", "expand=STATUS", "expand=status,info"])
async def test_rule_14_an_unknown_expansion_is_an_empty_object_each(
    call: Any, twin: Any, query: str
) -> None:
    twin.add("c")
    assert (await call("GET", f"/connectors?{query}")).json == {"c": {}}


async def test_rule_15_reads_do_not_wait_for_the_workers_loop(call: Any, twin: Any) -> None:
    twin.add("c")
    twin.slow.clear()  # whatever goes through the herder's loop now hangs
    for path in ("/connectors?expand=status", "/connectors/c/status", "/connectors/c/topics"):
        assert (await call("GET", path)).status == 200


async def test_rule_16_browsers_of_an_allowed_origin_may_call(serve: Any) -> None:
    call = await serve(Settings(cors=Cors(["http://ui.example"])))
    answer = await call("GET", "/connectors", Origin="http://ui.example")
    assert answer.headers["access-control-allow-origin"] == "http://ui.example"


@pytest.mark.parametrize(("path", "name"), [("a%20b", "a b"), ("a-%3Eb", "a->b"), ("a->b", "a->b")])
async def test_rule_16_names_may_be_percent_encoded_or_not(
    call: Any, twin: Any, path: str, name: str
) -> None:
    twin.add(name)
    assert (await call("GET", f"/connectors/{path}")).json["name"] == name


async def test_rule_17_the_group_of_a_sink_is_not_hidden_from_its_offsets(
    call: Any, twin: Any
) -> None:
    from weir_runtime.model.entities import ConnectorOffset

    twin.add("c")
    partition = {"kafka_topic": "t", "kafka_partition": 0}
    twin.offsets["c"] = [ConnectorOffset(partition, {"kafka_offset": 3})]
    shown = (await call("GET", "/connectors/c/offsets")).json
    assert shown == {"offsets": [{"partition": partition, "offset": {"kafka_offset": 3}}]}


async def test_rule_18_levels_give_a_list_here_and_nothing_for_the_cluster(
    call: Any, twin: Any
) -> None:
    here = await call("PUT", "/admin/loggers/x", {"level": "DEBUG"})
    unknown = await call("PUT", "/admin/loggers/x?scope=zz", {"level": "DEBUG"})
    everywhere = await call("PUT", "/admin/loggers/x?scope=CLUSTER", {"level": "DEBUG"})
    assert (here.status, here.json) == (unknown.status, unknown.json) == (200, ["x"])
    assert (everywhere.status, everywhere.content) == (204, b"")
    assert [each[-1] for each in twin.calls] == [False, False, True]


@pytest.mark.parametrize("state", ["RUNNING", "PAUSED", "STOPPED"])
async def test_rule_19_a_create_takes_an_initial_state(call: Any, state: str) -> None:
    body = {"name": "c", "config": CONFIG, "initial_state": state}
    assert (await call("POST", "/connectors", body)).status == 201


async def test_rule_20_configs_come_back_as_they_were_given(call: Any, twin: Any) -> None:
    config = {**CONFIG, "password": "${file:/secrets:db}", "plain.password": "p4ss"}
    await call("PUT", "/connectors/c/config", config)
    shown = (await call("GET", "/connectors/c/config")).json
    assert shown == {**config, "name": "c"}

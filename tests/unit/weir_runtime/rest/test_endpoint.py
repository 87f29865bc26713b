"""Every endpoint: status, body, headers."""

from typing import Any

import pytest

from weir_runtime.api import errors
from weir_runtime.model.entities import ConnectorOffset, Health, TaskStatus
from weir_runtime.model.state import TargetState

CONFIG = {"connector.class": "x.FileStreamSource", "topic": "t"}


async def test_the_root_shows_versions(call: Any) -> None:
    answer = await call("GET", "/")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json == {
        "version": "4.3.1",
        "commit": "0123456789abcdef",
        "kafka_cluster_id": "cluster-1",
    }


@pytest.mark.parametrize(
    ("health", "status"), [("healthy", 200), ("starting", 503), ("unhealthy", 500)]
)
async def test_health_has_a_status_for_each_state(
    call: Any, twin: Any, health: str, status: int
) -> None:
    twin.state_of_health = Health(health, "why")
    answer = await call("GET", "/health")
    assert (answer.status, answer.json) == (status, {"status": health, "message": "why"})


async def test_create_gives_201_with_the_url_on_the_host_that_was_called(
    call: Any, twin: Any
) -> None:
    answer = await call(
        "POST", "/connectors", {"name": " c ", "config": CONFIG}, Host="connect.example:99"
    )
    assert answer.status == 201
    assert answer.headers["location"] == "http://connect.example:99/connectors/c"
    assert answer.json == {
        "name": "c",
        "config": {**CONFIG, "name": "c"},
        "tasks": [],
        "type": "source",
    }
    assert twin.calls == [("create", "c", {**CONFIG, "name": "c"}, None)]


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ("RUNNING", TargetState.STARTED),
        ("paused", TargetState.PAUSED),
        ("Stopped", TargetState.STOPPED),
        (None, None),
    ],
)
async def test_the_initial_state_is_taken_in_any_case(
    call: Any, twin: Any, given: str | None, state: TargetState | None
) -> None:
    body = {"name": "c", "config": CONFIG, "initial_state": given}
    assert (await call("POST", "/connectors", body)).status == 201
    assert twin.calls[0][-1] is state


async def test_a_second_create_is_a_conflict(call: Any, twin: Any) -> None:
    twin.add("c")
    answer = await call("POST", "/connectors", {"name": "c", "config": CONFIG})
    assert answer.error == (409, "Connector c already exists")


@pytest.mark.parametrize("name", ["a b>é", "a/b", "100%", "ü" * 100, "a?b#c;d=e", ".."])
async def test_any_name_works_when_it_is_percent_encoded(call: Any, twin: Any, name: str) -> None:
    from urllib.parse import quote

    path = f"/connectors/{quote(name, safe='')}"
    answer = await call("PUT", path + "/config", CONFIG)
    assert answer.status == 201
    assert answer.headers["location"].endswith(quote(name, safe="!$&'()*+,;=:@"))
    assert (await call("GET", path)).json["name"] == name
    assert (await call("GET", path + "/status")).status == 200
    assert (await call("DELETE", path)).status == 204
    assert twin.known == {}


@pytest.mark.parametrize(
    "path", ["/connectors/a%0Ab", "/connectors/a%0d", "/connectors/%7F/config"]
)
async def test_control_characters_in_a_name_are_refused(call: Any, path: str) -> None:
    status, message = (await call("GET", path)).error
    assert status == 400
    assert "String may not contain control sequences" in message


@pytest.mark.parametrize("path", ["/connectors/%zz", "/connectors/%", "/connectors/%FF"])
async def test_a_path_that_cannot_be_decoded_is_refused(call: Any, path: str) -> None:
    assert (await call("GET", path)).error[0] == 400


async def test_put_creates_with_201_and_replaces_with_200(call: Any) -> None:
    first = await call("PUT", "/connectors/c/config", CONFIG)
    second = await call("PUT", "/connectors/c/config", CONFIG)
    assert (first.status, second.status) == (201, 200)
    assert first.headers["location"].endswith("/connectors/c")
    assert "location" not in second.headers
    assert first.json == second.json


async def test_get_config_is_the_flat_map(call: Any, twin: Any) -> None:
    twin.add("c", topic="t", secret="${file:/x:y}")
    answer = await call("GET", "/connectors/c/config")
    assert answer.json == twin.known["c"].config


async def test_patch_passes_null_as_a_removal(call: Any, twin: Any) -> None:
    twin.add("c", gone="1")
    answer = await call("PATCH", "/connectors/c/config", {"gone": None, "tasks.max": 2})
    assert answer.status == 200
    assert twin.calls == [("patch", "c", {"gone": None, "tasks.max": "2"})]
    assert "gone" not in answer.json["config"]


async def test_status_shows_states_versions_and_traces(call: Any, twin: Any) -> None:
    connector = twin.add("c", tasks=1)
    connector.tasks.append(TaskStatus(1, "FAILED", "w:1", None, "x.Error: why\n\tat x(y)"))
    answer = await call("GET", "/connectors/c/status")
    assert answer.content == (
        b'{"name":"c","connector":{"state":"RUNNING","worker_id":"127.0.0.1:8083",'
        b'"version":"4.3.1"},"tasks":[{"id":0,"state":"RUNNING","worker_id":"127.0.0.1:8083",'
        b'"version":"4.3.1"},{"id":1,"state":"FAILED","worker_id":"w:1","version":null,'
        b'"trace":"x.Error: why\\n\\tat x(y)"}],"type":"source"}'
    )


async def test_an_undefined_version_is_left_out_of_a_status(call: Any, twin: Any) -> None:
    twin.version = "undefined"
    twin.add("c")
    answer = await call("GET", "/connectors/c/status")
    assert "version" not in answer.json["connector"]
    assert answer.json["tasks"] == [{"id": 0, "state": "RUNNING", "worker_id": "127.0.0.1:8083"}]


async def test_tasks_and_their_states(call: Any, twin: Any) -> None:
    twin.add("c")
    tasks = await call("GET", "/connectors/c/tasks")
    assert tasks.json == [{"id": {"connector": "c", "task": 0}, "config": twin.known["c"].config}]
    status = await call("GET", "/connectors/c/tasks/0/status")
    assert status.json["state"] == "RUNNING"
    missing = await call("GET", "/connectors/c/tasks/7/status")
    assert missing.error == (404, "No status found for task c-7")


@pytest.mark.parametrize("task", ["zz", "99999999999", "1.0", "", "٣"])
async def test_a_task_that_is_no_number_is_an_unknown_path(call: Any, twin: Any, task: str) -> None:
    from urllib.parse import quote

    twin.add("c")
    answer = await call("GET", f"/connectors/c/tasks/{quote(task)}/status")
    assert answer.error == (404, "HTTP 404 Not Found")


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        ("pause", (202, TargetState.PAUSED)),
        ("resume", (202, TargetState.STARTED)),
        ("stop", (204, TargetState.STOPPED)),
    ],
)
async def test_target_states(
    call: Any, twin: Any, verb: str, expected: tuple[int, TargetState]
) -> None:
    status, state = expected
    twin.add("c")
    answer = await call("PUT", f"/connectors/c/{verb}")
    assert (answer.status, answer.content) == (status, b"")
    assert "content-type" not in answer.headers
    assert twin.calls == [("state", "c", state)]
    unknown = await call("PUT", f"/connectors/none/{verb}")
    assert unknown.error == (404, "Unknown connector none")


async def test_a_plain_restart_is_204_and_one_with_flags_202_with_the_plan(
    call: Any, twin: Any
) -> None:
    twin.add("c")
    assert (await call("POST", "/connectors/c/restart")).status == 204
    answer = await call("POST", "/connectors/c/restart?includeTasks=true&onlyFailed=false")
    assert (answer.status, answer.json["connector"]["state"]) == (202, "RESTARTING")
    assert twin.calls == [("restart", "c", False, False), ("restart", "c", True, False)]
    assert (await call("POST", "/connectors/x/restart")).error == (404, "Unknown connector: x")


async def test_a_task_restart(call: Any, twin: Any) -> None:
    twin.add("c")
    assert (await call("POST", "/connectors/c/tasks/0/restart")).status == 204
    answer = await call("POST", "/connectors/c/tasks/9/restart")
    assert answer.error == (404, "Unknown task: c-9")


async def test_delete_is_204_then_404(call: Any, twin: Any) -> None:
    twin.add("c")
    assert (await call("DELETE", "/connectors/c")).status == 204
    assert (await call("DELETE", "/connectors/c")).error == (404, "Connector c not found")


async def test_offsets_are_read_altered_and_reset(call: Any, twin: Any) -> None:
    twin.add("c")
    wanted = [{"partition": {"file": "a", "n": 1}, "offset": {"pos": 3, "at": 1.5}}]
    altered = await call("PATCH", "/connectors/c/offsets", {"offsets": wanted})
    assert altered.json == {
        "message": "The offsets for this connector have been altered successfully"
    }
    assert twin.offsets["c"] == [ConnectorOffset({"file": "a", "n": 1}, {"pos": 3, "at": 1.5})]
    assert (await call("GET", "/connectors/c/offsets")).json == {"offsets": wanted}
    reset = await call("DELETE", "/connectors/c/offsets")
    assert reset.json["message"].endswith("reset successfully")
    assert (await call("GET", "/connectors/c/offsets")).json == {"offsets": []}


async def test_a_null_offset_and_a_missing_partition_are_the_herders_to_judge(
    call: Any, twin: Any
) -> None:
    twin.add("c")
    await call("PATCH", "/connectors/c/offsets", {"offsets": [{"offset": None}, {}]})
    assert twin.offsets["c"] == [ConnectorOffset(None, None), ConnectorOffset(None, None)]


@pytest.mark.parametrize("body", [{"offsets": []}, {"offsets": None}, {}, None, b"null"])
async def test_an_alter_request_without_offsets_is_refused(call: Any, body: Any) -> None:
    answer = await call("PATCH", "/connectors/c/offsets", body)
    text = "Partitions / offsets need to be provided for an alter offsets request"
    assert answer.error == (400, text)


async def test_topics_and_their_reset(call: Any, twin: Any) -> None:
    twin.add("c")
    assert (await call("GET", "/connectors/c/topics")).json == {"c": {"topics": ["t"]}}
    assert (await call("PUT", "/connectors/x/topics/reset")).status == 202
    twin.tracking = False
    off = await call("GET", "/connectors/c/topics")
    assert off.error == (403, "Topic tracking is disabled.")


async def test_plugins_by_default_are_connectors_only(call: Any) -> None:
    source = {
        "class": "org.apache.kafka.connect.file.FileStreamSourceConnector",
        "type": "source",
        "version": "4.3.1",
    }
    assert (await call("GET", "/connector-plugins")).json == [source]
    answer = await call("GET", "/connector-plugins?connectorsOnly=false")
    assert answer.json == [
        source,
        {"class": "weir.NoVersion", "type": "predicate"},
        {"class": "weir.Undefined", "type": "converter"},
    ]


DEFINITION = (
    b'{"name":"tasks.max","type":"INT","required":false,"default_value":"1","importance":"HIGH",'
    b'"documentation":"Tasks.","group":"Common","order_in_group":3,"width":"SHORT",'
    b'"display_name":"Tasks max","dependents":[]}'
)


async def test_definitions_have_the_fields_of_4_3_in_their_order(call: Any, twin: Any) -> None:
    answer = await call("GET", "/connector-plugins/FileStreamSourceConnector/config?version=1.0")
    assert answer.content.endswith(DEFINITION + b"]")
    assert answer.json[0]["display_name"] == "file"
    assert twin.calls == [("definitions", "FileStreamSourceConnector", "1.0")]
    unknown = await call("GET", "/connector-plugins/nope/config")
    assert unknown.error == (404, "Unknown plugin nope.")


async def test_definitions_also_have_order_last_for_older_clients_where_asked(serve: Any) -> None:
    from weir_runtime.rest.settings import Settings

    call = await serve(Settings(definition_order=True))
    answer = await call("GET", "/connector-plugins/FileStreamSourceConnector/config")
    assert answer.content.endswith(DEFINITION[:-1] + b',"order":3}]')


async def test_validate_shows_definitions_and_values(call: Any) -> None:
    answer = await call(
        "PUT", "/connector-plugins/FileStreamSourceConnector/config/validate", {"name": "c"}
    )
    assert answer.status == 200
    assert list(answer.json) == ["name", "error_count", "groups", "configs"]
    first = answer.json["configs"][0]
    assert first == {
        "definition": None,
        "value": {
            "name": "name",
            "value": "c",
            "recommended_values": [],
            "errors": [],
            "visible": True,
        },
    }


async def test_loggers(call: Any, twin: Any) -> None:
    assert (await call("GET", "/admin/loggers")).json == {
        "root": {"level": "INFO", "last_modified": None}
    }
    assert (await call("GET", "/admin/loggers/x")).error == (404, "Logger x not found.")
    changed = await call("PUT", "/admin/loggers/x.y", {"level": "debug", "other": 1})
    assert (changed.status, changed.json) == (200, ["x.y"])
    assert (await call("GET", "/admin/loggers/x.y")).json == {"level": "DEBUG", "last_modified": 1}
    assert twin.calls == [("level", "x.y", "debug", False)]


@pytest.mark.parametrize("body", [{}, {"level": None}, b"null", b""])
async def test_a_level_must_be_given(call: Any, body: Any) -> None:
    answer = await call("PUT", "/admin/loggers/x", body)
    text = "Desired 'level' parameter was not specified in request."
    assert answer.error == (400, text)


async def test_an_invalid_level_is_404(call: Any) -> None:
    answer = await call("PUT", "/admin/loggers/x", {"level": "loud"})
    assert answer.error == (404, "invalid log level 'loud'.")


@pytest.mark.parametrize(("method", "path"), [("POST", "tasks"), ("PUT", "fence")])
async def test_internal_requests_without_or_with_a_foreign_signature_are_refused(
    call: Any, method: str, path: str
) -> None:
    unsigned = await call(method, f"/connectors/c/{path}")
    assert unsigned.error == (400, "Internal request missing required signature")
    signed = await call(
        method,
        f"/connectors/c/{path}",
        X_Connect_Authorization="c2ln",
        X_Connect_Request_Signature_Algorithm="HmacSHA256",
    )
    assert signed.error == (403, "Internal request contained invalid signature.")


@pytest.mark.parametrize(
    ("algorithm", "message"),
    [
        ("Nonsense", "Algorithm Nonsense not available"),
        ("HmacSHA1", "This worker does not support the 'HmacSHA1' key signing algorithm"),
    ],
)
async def test_other_algorithms_of_signatures_are_named(
    call: Any, algorithm: str, message: str
) -> None:
    answer = await call(
        "PUT",
        "/connectors/c/fence",
        X_Connect_Authorization="c2ln",
        X_Connect_Request_Signature_Algorithm=algorithm,
    )
    status, text = answer.error
    assert status == 400
    assert text.startswith(message)


async def test_a_new_name_is_trimmed_as_java_trims(call: Any, twin: Any) -> None:
    answer = await call("POST", "/connectors", {"name": "\x00 c\t", "config": CONFIG})
    assert answer.json["name"] == "c"
    assert list(twin.known) == ["c"]


NO_LEADER = (
    "Cannot complete request momentarily due to no known leader URL, likely because a rebalance"
    " was underway."
)
CONFLICT = "Cannot complete request because of a conflicting operation (e.g. worker rebalance)"
STALE = (
    "Cannot complete request momentarily due to stale configuration (typically caused by"
    " a concurrent config change)"
)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (errors.NotFoundError("a"), (404, "a")),
        (errors.AlreadyExistsError("a"), (409, "a")),
        (errors.BadRequestError("a"), (400, "a")),
        (errors.UnprocessableError("a"), (422, "a")),
        (errors.ForbiddenError("a"), (403, "a")),
        (errors.ConfigError("a"), (400, "a")),
        (errors.UnsupportedError("a"), (501, "a")),
        (errors.RequestTimeoutError("Request timed out"), (500, "Request timed out")),
        (errors.ConnectError("a"), (500, "a")),
        (errors.NotLeaderError("a", None), (409, NO_LEADER)),
        (errors.NotLeaderError("a", "http://b"), (409, CONFLICT)),
        (errors.RebalanceNeededError(), (409, STALE)),
        (ValueError("boom"), (500, "boom")),
        (ValueError(), (500, "ValueError")),
    ],
)
async def test_every_error_has_its_status_in_one_table(
    call: Any, twin: Any, error: Exception, expected: tuple[int, str]
) -> None:
    twin.fault = error
    assert (await call("GET", "/connectors/c")).error == expected


async def test_an_unexpected_error_is_logged_once_and_shows_no_stack(
    call: Any, twin: Any, caplog: pytest.LogCaptureFixture
) -> None:
    twin.fault = KeyError("inner")
    answer = await call("GET", "/connectors/c")
    assert answer.error == (500, "'inner'")
    records = [r for r in caplog.records if r.name == "weir_runtime.rest.dispatch"]
    assert [record.getMessage() for record in records] == ["GET /connectors/c failed"]
    assert records[0].exc_info


async def test_an_expected_error_is_not_logged(call: Any, caplog: pytest.LogCaptureFixture) -> None:
    await call("GET", "/connectors/none")
    assert [r for r in caplog.records if r.name == "weir_runtime.rest.dispatch"] == []

"""A whole worker over in-memory stores: what requests do, and their texts."""

from __future__ import annotations

from typing import Any

import pytest

from weir_runtime.api import errors
from weir_runtime.model.entities import ConnectorOffset
from weir_runtime.model.state import TargetState
from weir_runtime.worker import protocol

pytestmark = pytest.mark.anyio


async def test_a_created_connector_runs_with_its_tasks(whole: Any) -> None:
    info = await whole.create()
    assert (info.name, info.type) == ("c", "source")
    assert info.config["name"] == "c"
    await whole.shows("c", "RUNNING", ["RUNNING"])
    (task,) = whole.herder.task_infos("c")
    assert task.config == {"task": "0"}
    assert whole.herder.connectors() == ["c"]


async def test_a_name_that_is_taken_is_refused(whole: Any) -> None:
    await whole.running()
    with pytest.raises(errors.AlreadyExistsError, match="Connector c already exists"):
        await whole.create()


async def test_an_invalid_config_is_refused_and_the_old_one_stays(whole: Any) -> None:
    await whole.running()
    with pytest.raises(errors.BadRequestError, match="contains the following 1 error"):
        await whole.herder.put_connector_config("c", {"connector.class": "SourceConnector"})
    assert whole.herder.connector_config("c")["topic"] == "t"


async def test_an_unknown_class_names_what_there_is(whole: Any, text_of: Any) -> None:
    with pytest.raises(errors.BadRequestError) as caught:
        await whole.herder.create_connector("c", {"connector.class": "x.Y"}, None)
    assert "which name matches x.Y, available connectors are: PluginDesc" in text_of(caught)


async def test_a_put_of_an_equal_config_starts_nothing_anew(whole: Any) -> None:
    await whole.running()
    config = dict(whole.herder.connector_config("c"))
    assert (await whole.herder.put_connector_config("c", config))[0] is False
    await whole.shows("c", "RUNNING", ["RUNNING"])
    assert len(whole.script.of(protocol.StartConnector)) == 1
    assert len(whole.script.of(protocol.StartTask)) == 1


async def test_a_put_of_an_equal_config_revives_a_failed_task(whole: Any) -> None:
    whole.script.fails.add("c-0")
    await whole.create()
    await whole.shows("c", "RUNNING", ["FAILED"])
    assert whole.herder.task_status("c", 0).trace == "broken"
    whole.script.fails.clear()
    config = dict(whole.herder.connector_config("c"))
    await whole.herder.put_connector_config("c", config)
    await whole.shows("c", "RUNNING", ["RUNNING"])


async def test_a_changed_config_restarts_the_instance_and_its_tasks(whole: Any) -> None:
    await whole.running()
    await whole.herder.patch_connector_config("c", {"topic": "other"})
    loop = whole.built.lifecycle.running.loop
    assert await loop.wait_until(lambda _: len(whole.script.of(protocol.StartTask)) == 2, 3)
    assert whole.script.of(protocol.StartTask)[-1].connector_config["topic"] == "other"


async def test_pause_and_stop_are_seen_by_the_next_reader(whole: Any) -> None:
    await whole.running()
    await whole.herder.set_target_state("c", TargetState.PAUSED)
    assert whole.herder.connector_status("c").connector.state == "PAUSED"
    await whole.herder.set_target_state("c", TargetState.STOPPED)
    assert whole.herder.connector_status("c").connector.state == "STOPPED"
    await whole.shows("c", "STOPPED", [])
    await whole.herder.set_target_state("c", TargetState.STARTED)
    await whole.shows("c", "RUNNING", ["RUNNING"])


async def test_a_deleted_connector_is_gone_at_once(whole: Any) -> None:
    await whole.running()
    await whole.herder.delete_connector("c")
    assert whole.herder.connectors() == []
    for read in (whole.herder.connector_status, whole.herder.connector_info):
        with pytest.raises(errors.NotFoundError):
            read("c")
    with pytest.raises(errors.NotFoundError, match="Connector c not found"):
        await whole.herder.delete_connector("c")


async def test_restarts_come_back_running(whole: Any) -> None:
    await whole.running()
    assert await whole.herder.restart_connector("c", include_tasks=False, only_failed=False) is None
    assert whole.herder.connector_status("c").connector.state == "RUNNING"
    await whole.herder.restart_task("c", 0)
    assert whole.herder.task_status("c", 0).state == "RUNNING"
    body = await whole.herder.restart_connector("c", include_tasks=True, only_failed=False)
    assert (body.connector.state, body.tasks[0].state) == ("RESTARTING", "RESTARTING")
    assert whole.herder.connector_status("c").connector.state != "RUNNING"
    await whole.shows("c", "RUNNING", ["RUNNING"])
    assert len(whole.script.of(protocol.StartTask)) == 3


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda h: h.set_target_state("x", TargetState.PAUSED), "Unknown connector x"),
        (lambda h: h.set_target_state("x", TargetState.STOPPED), "Unknown connector x"),
        (lambda h: h.restart_task("x", 0), "Unknown connector: x"),
        (lambda h: h.restart_task("c", 7), "Unknown task: c-7"),
        (
            lambda h: h.restart_connector("x", include_tasks=True, only_failed=True),
            "Unknown connector: x",
        ),
        (lambda h: h.connector_offsets("x"), "Connector x not found"),
        (lambda h: h.alter_connector_offsets("x", None), "Connector x not found"),
        (lambda h: h.patch_connector_config("x", {}), "Connector x not found"),
    ],
)
async def test_what_is_unknown_is_answered_with_connects_text(
    whole: Any, call: Any, text: str, text_of: Any
) -> None:
    await whole.running()
    with pytest.raises(errors.NotFoundError) as caught:
        await call(whole.herder)
    assert text_of(caught) == text


async def test_offsets_of_a_stopped_source_are_altered_and_reset(whole: Any) -> None:
    await whole.running()
    with pytest.raises(errors.BadRequestError, match="must be in the STOPPED state"):
        await whole.herder.alter_connector_offsets("c", None)
    await whole.herder.set_target_state("c", TargetState.STOPPED)
    wanted = [ConnectorOffset({"f": "a"}, {"p": 1})]
    text = await whole.herder.alter_connector_offsets("c", wanted)
    assert text == "The offsets for this connector have been altered successfully"
    assert await whole.herder.connector_offsets("c") == wanted
    whole.script.confirms = False
    text = await whole.herder.alter_connector_offsets("c", None)
    assert text.startswith("The Connect framework-managed offsets for this connector have been")
    assert await whole.herder.connector_offsets("c") == []


async def test_offsets_of_a_stopped_sink_are_those_of_its_group(whole: Any) -> None:
    await whole.running(kind="Sink")
    await whole.herder.set_target_state("c", TargetState.STOPPED)
    whole.admin.groups["connect-c"] = {("t", 0): 5, ("t", 1): 6}
    shown = await whole.herder.connector_offsets("c")
    assert shown[0] == ConnectorOffset(
        {"kafka_topic": "t", "kafka_partition": 0}, {"kafka_offset": 5}
    )
    wanted = [ConnectorOffset({"kafka_topic": "t", "kafka_partition": "0"}, None)]
    await whole.herder.alter_connector_offsets("c", wanted)
    assert whole.admin.groups["connect-c"] == {("t", 1): 6}
    whole.admin.busy.add("connect-c")
    with pytest.raises(errors.ConnectError, match="Failed to reset consumer group offsets"):
        await whole.herder.alter_connector_offsets("c", None)


async def test_topics_are_remembered_and_forgotten(whole: Any) -> None:
    await whole.running()
    assert whole.herder.active_topics("c") == []
    worker = whole.built.lifecycle.running.worker
    (remote,) = worker.pool.remotes()
    worker.on_message(remote, protocol.TopicUsed(connector="c", task=0, topic="t"))
    assert whole.herder.active_topics("c") == ["t"]
    whole.herder.reset_active_topics("c")
    assert whole.herder.active_topics("c") == []


async def test_health_and_validation_answer(whole: Any) -> None:
    assert (await whole.herder.health()).status == "healthy"
    infos = await whole.herder.validate("Source", {"connector.class": "test.SourceConnector"})
    assert infos.name == "test.SourceConnector"
    assert infos.error_count == 2  # name and topic
    with pytest.raises(errors.BadRequestError, match="does not match request type"):
        await whole.herder.validate("test.SinkConnector", {"connector.class": "Source"})


async def test_a_level_of_a_logger_reaches_the_executors(whole: Any) -> None:
    await whole.running()
    await whole.herder.set_logger_level("weir_runtime.nowhere", "debug", cluster=False)
    await whole.herder.restart_task("c", 0)  # by then what was sent before has arrived
    assert protocol.SetLogLevel(namespace="weir_runtime.nowhere", level="DEBUG") in whole.script.of(
        protocol.SetLogLevel
    )
    assert whole.herder.logger("weir_runtime.nowhere").level == "DEBUG"
    with pytest.raises(errors.NotFoundError, match="invalid log level 'LOUD'"):
        await whole.herder.set_logger_level("root", "LOUD", cluster=True)

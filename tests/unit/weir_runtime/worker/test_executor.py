"""The executor object over a channel in memory: connectors, questions, log levels, ends."""

from __future__ import annotations

import logging
import sys
import threading
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

import pytest

from weir_runtime.api.config import Config, Opt
from weir_runtime.api.connector import SinkConnector, SinkTask, SourceConnector, SourceTask
from weir_runtime.api.errors import BadRequestError
from weir_runtime.worker import protocol
from weir_runtime.worker.executor import Executor
from weir_runtime.worker.protocol import PluginRef

MODULE = "weir_test_executor_plugins"


class Settings(Config):
    """Keys of the test connectors."""

    file: str = Opt(doc="A file", importance="high")
    fail: str = Opt("", doc="Where to fail")
    tasks: int = Opt(1, doc="How many task configs to make", ge=0)


class Task(SourceTask[Settings]):
    """Fails at its start where asked to."""

    def start(self) -> None:
        if self.config.fail == "task":
            raise ValueError("no way in")


class Source(SourceConnector[Settings]):
    """A connector that does as it is told."""

    config_class = Settings
    task_class = Task
    version: ClassVar[str] = "2.5"
    java_task_class: ClassVar[str] = "org.example.JavaTask"
    calls: ClassVar[list[str]] = []
    made: ClassVar[list[Any]] = []

    def start(self) -> None:
        self.calls.append("start")
        self.made.append(self)
        if self.config.fail == "start":
            raise ValueError("no start")

    def stop(self) -> None:
        self.calls.append("stop")

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        return [{"file": self.config.file, "n": str(n)} for n in range(self.config.tasks)]

    def validate(self, config: Mapping[str, str]) -> Mapping[str, list[str]]:
        return {"file": ["not found"], "other": ["unknown"]} if config.get("file") == "x" else {}

    def alter_offsets(self, config: Mapping[str, str], offsets: Sequence[Any]) -> bool:
        if any(offset == {"bad": 1} for _, offset in offsets):
            raise BadRequestError("bad offset")
        return True


class SinkOf(SinkConnector[Settings]):
    """A sink."""

    config_class = Settings
    task_class = SinkTask
    version: ClassVar[str] = "1"

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        return [{}]


@pytest.fixture(autouse=True)
def plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the connectors of this file importable."""
    module = types.ModuleType(MODULE)
    vars(module).update(Source=Source, SinkOf=SinkOf)
    monkeypatch.setitem(sys.modules, MODULE, module)
    Source.calls.clear()
    Source.made.clear()


def ref(name: str = "Source") -> PluginRef:
    return PluginRef(name, f"{MODULE}:{name}", "1")


class Parent:
    """The other end."""

    def __init__(self, channel: Any) -> None:
        self.channel = channel
        self.calls = 0

    def send(self, message: Any) -> None:
        self.channel.put(message)

    def ask(self, kind: Any, **fields: Any) -> Any:
        self.calls += 1
        number = self.calls
        self.send(kind(call=number, **fields))
        return self.channel.wait(
            lambda message: isinstance(message, protocol.Reply) and message.call == number
        )

    def start(self, state: str = "STARTED", plugin: str = "Source", **config: str) -> None:
        self.send(
            protocol.StartConnector(
                connector="c", epoch=3, plugin=ref(plugin), config=config, state=state
            )
        )

    def wait_state(self, state: str) -> Any:
        return self.channel.wait(lambda it: getattr(it, "state", None) == state)

    def task_configs(self, max_tasks: int = 1) -> Any:
        return self.ask(protocol.TaskConfigs, connector="c", epoch=3, max_tasks=max_tasks)


@pytest.fixture
def parent(channel: Any) -> Iterator[Parent]:
    """Give the other end of a running executor."""
    executor = Executor(channel)
    thread = threading.Thread(target=executor.run, daemon=True)
    thread.start()
    yield Parent(channel)
    channel.put(None)
    thread.join(5)
    assert not thread.is_alive()


def test_it_says_hello_first(parent: Parent) -> None:
    parent.channel.wait(lambda message: isinstance(message, protocol.Hello))
    assert isinstance(parent.channel.sent[0], protocol.Hello)


def test_a_connector_starts_pauses_resumes_and_stops_in_order(parent: Parent) -> None:
    parent.start(file="f")
    parent.wait_state("RUNNING")
    for state in ("PAUSED", "STARTED", "STOPPED"):
        parent.send(protocol.SetConnectorState(connector="c", epoch=3, state=state))
    parent.wait_state("STOPPED")
    states = [each.state for each in parent.channel.of(protocol.ConnectorState)]
    assert states == ["RUNNING", "PAUSED", "RUNNING", "STOPPED"]
    assert Source.calls == ["start", "stop", "start", "stop"]
    assert parent.ask(protocol.StopConnector, connector="c", epoch=3).error is None
    assert Source.calls == ["start", "stop", "start", "stop"]


@pytest.mark.parametrize("state", ["PAUSED", "STOPPED"])
def test_a_connector_that_is_not_to_run_is_made_and_not_started(parent: Parent, state: str) -> None:
    parent.start(state=state, file="f")
    parent.wait_state(state)
    assert Source.calls == []


def test_messages_of_another_epoch_are_ignored(parent: Parent) -> None:
    parent.start(file="f")
    parent.wait_state("RUNNING")
    parent.send(protocol.SetConnectorState(connector="c", epoch=2, state="PAUSED"))
    assert parent.ask(protocol.StopConnector, connector="c", epoch=2).error is None
    assert parent.ask(protocol.TaskConfigs, connector="c", epoch=2, max_tasks=1).error is not None
    assert parent.task_configs().error is None
    assert Source.calls == ["start"]


@pytest.mark.parametrize(
    ("config", "text"),
    [({"file": "f", "fail": "start"}, "ValueError: no start"), ({}, "file")],
)
def test_a_connector_that_cannot_start_is_failed_with_its_trace_and_can_be_stopped(
    parent: Parent, config: dict[str, str], text: str
) -> None:
    parent.start(**config)
    assert text in parent.wait_state("FAILED").trace
    parent.send(protocol.SetConnectorState(connector="c", epoch=3, state="STARTED"))
    parent.send(protocol.SetConnectorState(connector="c", epoch=3, state="STOPPED"))
    parent.wait_state("STOPPED")
    states = [each.state for each in parent.channel.of(protocol.ConnectorState)]
    assert states == ["FAILED", "STOPPED"]


def test_an_unknown_class_is_a_failure_that_names_it(parent: Parent) -> None:
    plugin = PluginRef("com.example.Gone", "no.such.module:X", "1")
    parent.send(
        protocol.StartConnector(connector="c", epoch=3, plugin=plugin, config={}, state="STARTED")
    )
    trace = parent.wait_state("FAILED").trace
    assert "com.example.Gone could not be loaded" in trace
    assert "Caused by: ModuleNotFoundError" in trace


def test_task_configs_get_what_the_framework_adds(parent: Parent) -> None:
    parent.start(file="f", tasks="2")
    reply = parent.task_configs(2)
    assert reply.result == [
        {"file": "f", "n": "0", "task.class": "org.example.JavaTask"},
        {"file": "f", "n": "1", "task.class": "org.example.JavaTask"},
    ]


def test_a_sinks_task_configs_name_its_topics_and_its_class(parent: Parent) -> None:
    parent.start(plugin="SinkOf", file="f", topics="a,b")
    (config,) = parent.task_configs().result
    assert config == {"topics": "a,b", "task.class": "weir_runtime.api.connector.SinkTask"}


def test_too_many_tasks_fail_the_connector_in_javas_words(parent: Parent) -> None:
    parent.start(file="f", tasks="3")
    text = (
        "The connector c has generated 3 tasks, which is greater than 2, the maximum number of "
        "tasks it is configured to create."
    )
    assert parent.task_configs(2).error == text
    assert text in parent.wait_state("FAILED").trace


def test_too_many_tasks_pass_where_the_limit_is_not_enforced(parent: Parent) -> None:
    parent.start(file="f", tasks="3", **{"tasks.max.enforce": "false"})
    assert len(parent.task_configs(2).result) == 3


def test_a_connector_may_ask_for_new_task_configs_and_fail_itself(parent: Parent) -> None:
    parent.start(file="f")
    parent.wait_state("RUNNING")
    Source.made[0].context.request_task_reconfiguration()
    parent.channel.wait(lambda it: isinstance(it, protocol.ReconfigurationRequested))
    Source.made[0].context.fail(ValueError("the licence has run out"))
    assert "the licence has run out" in parent.wait_state("FAILED").trace


def test_a_plugin_is_described(parent: Parent) -> None:
    result = parent.ask(protocol.Describe, plugin=ref()).result
    assert result["type"] == "source"
    assert result["version"] == "2.5"
    assert result["task_class"] == "org.example.JavaTask"
    assert [key["name"] for key in result["keys"]] == ["file", "fail", "tasks"]
    assert parent.ask(protocol.Describe, plugin=ref("SinkOf")).result["type"] == "sink"


def test_validation_joins_the_keys_own_errors_and_the_connectors(parent: Parent) -> None:
    config = {"file": "x", "tasks": "many"}
    result = parent.ask(protocol.Validate, plugin=ref(), config=config).result
    errors = {value["name"]: value["errors"] for value in result}
    assert errors["file"] == ["not found"]
    assert errors["other"] == ["unknown"]
    assert "Not a number" in errors["tasks"][0]


def test_offsets_are_checked_by_the_connectors_class(parent: Parent) -> None:
    ask: dict[str, Any] = {"plugin": ref(), "config": {"file": "f"}}
    assert parent.ask(protocol.AlterOffsets, offsets=[({"a": 1}, None)], **ask).result is True
    reply = parent.ask(protocol.AlterOffsets, offsets=[({"a": 1}, {"bad": 1})], **ask)
    assert (reply.error, reply.error_type) == ("bad offset", "BadRequestError")


def test_a_task_that_cannot_start_is_failed_and_its_stop_is_answered(
    parent: Parent, order: Callable[..., Any]
) -> None:
    config = {"file": "f", "fail": "task"}
    parent.send(order(plugin=ref(), config=config, producer={"bootstrap.servers": "127.0.0.1:1"}))
    assert parent.wait_state("FAILED").trace.startswith("ValueError: no way in\n\tat ")
    reply = parent.ask(protocol.StopTask, connector="c", task=0, epoch=1, timeout_s=5)
    assert reply.error is None


def test_a_refused_client_setting_fails_the_task_and_names_the_key(
    parent: Parent, order: Callable[..., Any]
) -> None:
    producer = {"interceptor.classes": "com.example.X"}
    parent.send(order(plugin=ref(), config={"file": "f"}, producer=producer))
    assert "interceptor.classes" in parent.wait_state("FAILED").trace


def test_stopping_what_is_not_there_is_answered(parent: Parent) -> None:
    assert parent.ask(protocol.StopTask, connector="x", task=9, epoch=1, timeout_s=1).error is None


def test_log_levels_are_set_and_taken_off(parent: Parent) -> None:
    logger = logging.getLogger("weir_runtime.some.child")
    parent.send(protocol.SetLogLevel(namespace=logger.name, level="TRACE"))
    parent.task_configs()
    assert logger.level == 5
    parent.send(protocol.SetLogLevel(namespace=logger.name, level=""))
    parent.task_configs()
    assert logger.level == logging.NOTSET


def test_a_shutdown_stops_connectors(channel: Any) -> None:
    executor = Executor(channel)
    thread = threading.Thread(target=executor.run, daemon=True)
    thread.start()
    parent = Parent(channel)
    parent.start(file="f")
    parent.wait_state("RUNNING")
    parent.send(protocol.Shutdown())
    thread.join(5)
    assert Source.calls == ["start", "stop"]

"""What a look at a whole worker shows, and where it is served."""

from typing import Any

import pytest

from weir_runtime.api.errors import ConfigError
from weir_runtime.app import listen, measure
from weir_runtime.config.worker import WorkerConfig
from weir_runtime.model.ids import TaskId
from weir_runtime.rest.metrics import text
from weir_runtime.worker.protocol import TaskFigures


def lines(whole: Any) -> list[str]:
    return text.render(whole.built.monitor.look().families()).splitlines()


async def test_a_look_shows_connectors_tasks_and_executors(whole: Any) -> None:
    await whole.running()
    services = whole.built.monitor._sights.seen.services
    part = whole.built.lifecycle.running.loop.state.parts[TaskId("c", 0)]
    services.figures.merge(
        [TaskFigures("c", 0, part.epoch, {"source-record-poll-total": 42.0, "unknown": 1.0})]
    )
    found = lines(whole)
    poll = 'kafka_connect_source_task_metrics_source_record_poll_total{connector="c",task="0"} 42.0'
    assert poll in found
    assert 'kafka_connect_connector_status{connector="c",status="running"} 1' in found
    assert "kafka_connect_worker_task_startup_success_total 1" in found
    assert "weir_executor_starts_total 2" in found or "weir_executor_starts_total 1" in found
    assert any(line.startswith('weir_task_info{connector="c",task="0"') for line in found)
    assert not [line for line in found if "unknown" in line]


async def test_a_failed_start_is_counted_and_its_state_shown(whole: Any) -> None:
    whole.script.fails.add("c-0")
    await whole.create()
    await whole.shows("c", "RUNNING", ["FAILED"])
    found = lines(whole)
    assert "kafka_connect_worker_task_startup_failure_total 1" in found
    assert 'kafka_connect_worker_connector_failed_task_count{connector="c"} 1' in found


async def test_nothing_is_left_of_a_deleted_connector(whole: Any) -> None:
    await whole.running()
    await whole.herder.delete_connector("c")
    loop = whole.built.lifecycle.running.loop
    assert await loop.wait_until(lambda state: not state.parts, 5)
    assert not [line for line in lines(whole) if 'connector="c"' in line]


def parsed(properties: dict[str, str], **more: str) -> WorkerConfig:
    added = {key.replace("_", "."): value for key, value in more.items()}
    return WorkerConfig.parse(properties | added, distributed=False)


def test_nothing_is_served_unless_asked_for(worker_properties: dict[str, str]) -> None:
    assert listen.metric_addresses(parsed(worker_properties)) == ()


def test_an_open_address_is_warned_about(worker_properties: dict[str, str]) -> None:
    urls = "http://127.0.0.1:9404,http://:9405"
    config = parsed(worker_properties, metrics_listeners=urls)
    assert [address.port for address in listen.metric_addresses(config)] == [9404, 9405]
    (warning,) = measure.warnings(config)
    assert warning.startswith("Metrics are served on http://:9405 without authentication")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("metrics_listeners", "ftp://x:1"),
        ("metrics_listeners", "http://x:1/metrics"),
        ("metrics_names", "jmx"),
        ("log_format", "xml"),
    ],
)
def test_what_is_no_value_is_refused_by_its_key(
    worker_properties: dict[str, str], key: str, value: str
) -> None:
    with pytest.raises(ConfigError, match=f"for configuration {key.replace('_', '.')}"):
        parsed(worker_properties, **{key: value})

"""A look at a worker becomes series, quickly."""

import time

from weir_runtime.herder.scene import ConnectorSeen, ExecutorSeen, Scene, TaskSeen
from weir_runtime.model.ids import TaskId
from weir_runtime.observe import connect_series
from weir_runtime.observe.series import Kind
from weir_runtime.rest.metrics import text

SINK = {
    each.name: 1.5
    for each in (*connect_series.TASK, *connect_series.SINK, *connect_series.ERROR)
    if each.kind is not Kind.TEXT
}


def scene(connectors: int) -> Scene:
    names = [f"orders-{number}" for number in range(connectors)]
    return Scene(
        client_id="w",
        worker={"task-count": float(connectors)},
        app={"version": "4.3.1"},
        connectors=[ConnectorSeen(name, {"status": "running"}) for name in names],
        tasks=[
            TaskSeen(
                TaskId(name, 0), "running", {}, SINK | {"latency-max-ms": 250.0}, [(name, 0, 7)]
            )
            for name in names
        ],
        executors=[ExecutorSeen("executor-1", None, connectors)],
    )


def test_tasks_are_counted_by_connector_and_state() -> None:
    lines = text.render(scene(1).families()).splitlines()
    worker = "kafka_connect_connect_worker_metrics_connector"
    assert f'{worker}_total_task_count{{connector="orders-0"}} 1' in lines
    assert f'{worker}_running_task_count{{connector="orders-0"}} 1' in lines
    assert f'{worker}_failed_task_count{{connector="orders-0"}} 0' in lines
    assert 'weir_sink_latency_max_seconds{connector="orders-0",task="0"} 0.25' in lines
    lag = 'weir_sink_lag_records{connector="orders-0",task="0",topic="orders-0",partition="0"} 7'
    assert lag in lines


def test_a_standalone_worker_has_no_group() -> None:
    assert "rebalance" not in text.render(scene(1).families())


def test_three_hundred_connectors_cost_less_than_a_tenth_of_a_second() -> None:
    seen = scene(300)
    best = 1.0
    for _ in range(3):
        began = time.thread_time()
        text.render(seen.families())
        best = min(best, time.thread_time() - began)
    assert best < 0.1

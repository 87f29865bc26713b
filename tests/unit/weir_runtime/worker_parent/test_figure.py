"""What executors say about tasks is put together from changes."""

from weir_runtime.model.ids import TaskId
from weir_runtime.observe.window import Recency
from weir_runtime.worker.figure import FigureTable, Starts
from weir_runtime.worker.protocol import TaskFigures

TASK = TaskId("c", 0)


def change(
    epoch: int, lags: list[tuple[str, int, int]] | None = None, **values: float
) -> TaskFigures:
    return TaskFigures("c", 0, epoch, values, lags)


def test_changes_add_up_and_a_new_start_begins_at_nothing() -> None:
    table = FigureTable()
    table.merge([change(1, [("t", 0, 5)], a=1, b=2)])
    table.merge([change(1, a=3)])
    row = table.row(TASK, 1)
    assert row is not None
    assert (row.values, row.lags) == ({"a": 3, "b": 2}, [("t", 0, 5)])
    table.merge([change(2, b=7)])
    table.merge([change(1, a=9)])  # of the executor that had it before
    row = table.row(TASK, 2)
    assert row is not None
    assert (row.values, row.lags) == ({"b": 7}, ())
    assert table.row(TASK, 1) is None


def test_a_stopped_task_is_forgotten_but_not_its_successor() -> None:
    table = FigureTable()
    table.merge([change(2, a=1)])
    table.drop(TASK, 1)
    assert len(table) == 1
    table.drop(TASK, 2)
    assert len(table) == 0


def test_starts_are_counted_by_kind_and_outcome() -> None:
    starts = Starts(Recency(2, 1000), 0)
    for success in (True, True, True, False):
        starts.ended("task", 10, success=success)
    found = starts.values(20)
    assert found["task-startup-attempts-total"] == 4
    assert found["task-startup-failure-total"] == 1
    assert found["task-startup-success-percentage"] == 0.75
    assert found["connector-startup-attempts-total"] == 0
    assert found["connector-startup-failure-percentage"] == 0
    assert starts.values(9000)["task-startup-success-percentage"] == 0

from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import TargetState
from weir_runtime.storage.config_record import (
    CommitRecord,
    ConfigRecord,
    ConnectorRecord,
    TargetStateRecord,
    TaskRecord,
)
from weir_runtime.storage.config_replay import ConfigReplay
from weir_runtime.storage.ports import (
    ConnectorChanged,
    ConnectorRemoved,
    TargetStateChanged,
    TasksChanged,
)

CONFIG = {"name": "c", "topic": "t"}
OTHER = {"name": "c", "topic": "u"}


def connector(config: dict[str, str] | None = CONFIG) -> ConnectorRecord:
    return ConnectorRecord("c", config)


def task(number: int, text: str = "x") -> TaskRecord:
    return TaskRecord(TaskId("c", number), {"task": text})


def commit(tasks: int) -> CommitRecord:
    return CommitRecord("c", tasks)


def replayed(*records: ConfigRecord) -> ConfigReplay:
    replay = ConfigReplay()
    for offset, record in enumerate(records):
        replay.apply(record, offset)
    replay.finish()
    return replay


def test_before_the_first_record_the_offset_is_minus_one() -> None:
    assert ConfigReplay().snapshot().offset == -1


def test_the_offset_is_that_of_the_last_record_plus_one_whatever_it_holds() -> None:
    replay = ConfigReplay()
    replay.apply(connector(), 4)
    assert replay.snapshot().offset == 5
    replay.skip(9)  # control records of transactions take offsets too
    assert replay.snapshot().offset == 10


def test_tasks_count_from_their_commit_on() -> None:
    replay = replayed(connector(), task(0), task(1))
    assert replay.snapshot().task_ids("c") == ()
    event = replay.apply(commit(2), 3)
    assert event == TasksChanged("c", (TaskId("c", 0), TaskId("c", 1)))
    assert replay.snapshot().applied == {"c": CONFIG}


def test_a_commit_that_lacks_tasks_makes_the_connector_inconsistent_until_a_whole_one() -> None:
    replay = replayed(connector(), task(1), commit(2))
    assert replay.snapshot().inconsistent == {"c"}
    assert replay.snapshot().task_ids("c") == ()
    # what belonged to the broken set must not mix with the next one
    replay.apply(task(0), 3)
    replay.apply(commit(2), 4)
    assert replay.snapshot().inconsistent == {"c"}
    replay.apply(task(0), 5)
    replay.apply(commit(1), 6)
    assert replay.snapshot().inconsistent == frozenset()
    assert replay.snapshot().task_ids("c") == (TaskId("c", 0),)


def test_tasks_beyond_the_committed_number_are_left_over_from_a_larger_set() -> None:
    replay = replayed(connector(), task(0), task(1), task(2), commit(1))
    assert len(replay.snapshot().tasks["c"]) == 1
    assert not replay.snapshot().inconsistent


def test_a_snapshot_does_not_change_and_is_made_once() -> None:
    replay = replayed(connector())
    before = replay.snapshot()
    assert replay.snapshot() is before
    replay.apply(connector(None), 1)
    assert before.connectors == {"c": CONFIG}
    assert replay.snapshot().connectors == {}


def test_connector_behind_its_commit_gets_its_tasks_back() -> None:
    # KAFKA-17719: compaction has taken the first connector record away
    state = replayed(task(0), task(1), commit(2), connector(OTHER)).snapshot()
    assert state.task_ids("c") == (TaskId("c", 0), TaskId("c", 1))
    # nobody knows what they were made from: they are made anew when the connector runs
    assert "c" not in state.applied


def test_later_commit_wins_over_one_that_was_kept() -> None:
    state = replayed(task(0, "old"), commit(1), connector(), task(0, "new"), commit(1)).snapshot()
    assert state.tasks["c"] == ({"task": "new"},)
    assert state.applied == {"c": CONFIG}


def test_tasks_written_after_the_kept_commit_do_not_mix_with_it() -> None:
    replay = replayed(task(0, "old"), commit(1), connector(), task(0, "new"))
    assert replay.snapshot().tasks["c"] == ({"task": "old"},)
    replay.apply(commit(1), 4)
    assert replay.snapshot().tasks["c"] == ({"task": "new"},)


def test_tasks_of_a_deleted_connector_stay_dead_when_it_comes_back() -> None:
    # compaction has removed every trace of the connector but its tasks
    replay = replayed(task(0), commit(1))
    assert replay.snapshot().task_ids("c") == ()
    assert replay.apply(connector(), 2) == ConnectorChanged("c", created=True)
    assert replay.snapshot().task_ids("c") == ()
    assert replay.apply(task(0, "new"), 3) is None
    replay.apply(commit(1), 4)
    assert replay.snapshot().tasks["c"] == ({"task": "new"},)


def test_a_tombstone_in_the_log_kills_the_tasks_before_it() -> None:
    state = replayed(task(0), commit(1), connector(None), connector()).snapshot()
    assert state.task_ids("c") == ()
    state = replayed(connector(), task(0), commit(1), connector(None), connector()).snapshot()
    assert state.task_ids("c") == ()


def test_an_empty_commit_after_a_deletion_outlives_the_tombstone() -> None:
    # what is left of: tombstone (compacted away), empty commit, connector again
    assert replayed(task(0), commit(0), connector()).snapshot().task_ids("c") == ()


def test_a_connector_created_as_stopped_gets_no_tasks_of_an_earlier_one() -> None:
    stopped = TargetStateRecord("c", TargetState.STOPPED)
    assert replayed(task(0), commit(1), stopped, connector()).snapshot().task_ids("c") == ()


def test_a_commit_without_connector_is_dropped_once_the_replay_is_over() -> None:
    replay = replayed()
    replay.apply(task(0), 0)
    assert replay.apply(commit(1), 1) is None
    replay.apply(connector(), 2)
    assert replay.snapshot().task_ids("c") == ()


def test_a_deletion_is_heard_of_once() -> None:
    replay = replayed(connector(), TargetStateRecord("c", TargetState.PAUSED))
    assert replay.apply(connector(None), 2) == ConnectorRemoved("c")
    assert replay.apply(TargetStateRecord("c", None), 3) is None
    assert replay.apply(connector(None), 4) is None
    assert replay.snapshot().target_states == {}


def test_a_target_state_is_heard_of_only_for_a_known_connector() -> None:
    replay = replayed()
    paused = TargetStateRecord("c", TargetState.PAUSED)
    assert replay.apply(paused, 0) is None
    assert replay.apply(connector(), 1) == ConnectorChanged("c", created=True)
    assert replay.snapshot().target_state("c") is TargetState.PAUSED
    assert replay.apply(paused, 2) == TargetStateChanged("c")


def test_an_equal_config_is_a_change_too() -> None:
    replay = replayed(connector())
    assert replay.apply(connector(), 1) == ConnectorChanged("c", created=False)

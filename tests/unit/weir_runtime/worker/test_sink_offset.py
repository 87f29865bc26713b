"""How far a sink has come."""

from weir_runtime.api.batch import RecordBatch
from weir_runtime.api.column import BytesColumn
from weir_runtime.worker.sink_offset import SinkOffsets

A, B = ("t", 0), ("t", 1)


def batch(partition: int, *offsets: int) -> RecordBatch:
    return RecordBatch("t", BytesColumn([b""] * len(offsets)), partition=partition, offsets=offsets)


def held(*partitions: tuple[str, int]) -> SinkOffsets:
    offsets = SinkOffsets()
    offsets.assigned(partitions)
    return offsets


def test_the_position_after_a_batch_is_the_offset_after_its_last_row() -> None:
    offsets = held(A, B)
    offsets.delivered(batch(0, 4, 5, 9))
    assert offsets.reached([A, B]) == {A: 10}
    assert offsets.changed()


def test_only_what_was_put_is_committable_whatever_the_task_says() -> None:
    offsets = held(A, B)
    offsets.delivered(batch(0, 4))
    reached = offsets.reached(offsets.held)
    assert offsets.committable({A: 5, B: 1, ("x", 0): 1}, reached) == {A: 5}
    assert offsets.committable({A: 6}, reached) == {}
    assert offsets.committable({A: -1}, reached) == {}
    assert offsets.committable({A: 3}, reached) == {A: 3}


def test_what_is_stored_is_not_committed_again() -> None:
    offsets = held(A)
    offsets.delivered(batch(0, 4))
    offsets.stored({A: 5})
    assert not offsets.changed()
    assert offsets.committable({A: 5}, {A: 5}) == {}


def test_a_rewind_goes_to_what_is_stored_else_to_where_reading_began() -> None:
    offsets = held(A, B)
    for part in (0, 1):
        offsets.delivered(batch(part, 100))
        offsets.delivered(batch(part, 101))
    offsets.stored({A: 101})
    assert offsets.last_committed() == {A: 101, B: 100}


def test_partitions_that_are_gone_leave_nothing_behind() -> None:
    offsets = held(A, B)
    offsets.delivered(batch(0, 4))
    offsets.revoked([A])
    offsets.delivered(batch(0, 5))
    offsets.stored({A: 5})
    assert offsets.reached([A, B]) == {}
    assert offsets.held == {B}

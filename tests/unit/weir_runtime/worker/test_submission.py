"""Only what everything before is acknowledged may be committed."""

from typing import Any

from confluent_kafka import KafkaError
from hypothesis import given
from hypothesis import strategies as st

from weir_runtime.api.batch import RecordBatch
from weir_runtime.api.column import BytesColumn
from weir_runtime.kafka.data.producer import Delivery
from weir_runtime.worker.submission import Submissions

ERROR = KafkaError(KafkaError.MSG_SIZE_TOO_LARGE)


def submit(submissions: Submissions, partition: str, offset: int, rows: int = 2) -> Delivery:
    batch = RecordBatch(
        "t",
        BytesColumn([b"x"] * rows),
        source_partition={"file": partition},
        source_offset={"position": offset},
    )
    return submissions.submit(batch)


def acknowledge(delivery: Delivery, rows: int = 2) -> None:
    for _ in range(rows):
        delivery(None, None)


def taken(submissions: Submissions) -> dict[str, int]:
    return {
        item.partition["file"]: item.offset["position"]
        for item in submissions.take_committable().values()
    }


def test_a_batch_is_committable_when_all_its_rows_are_acknowledged() -> None:
    submissions = Submissions()
    delivery = submit(submissions, "a", 10)
    acknowledge(delivery, 1)
    assert taken(submissions) == {}
    acknowledge(delivery, 1)
    assert taken(submissions) == {"a": 10}
    assert taken(submissions) == {}
    assert submissions.rows == 0


def test_a_batch_that_is_outstanding_holds_back_later_ones_of_its_partition_only() -> None:
    submissions = Submissions()
    first, second = submit(submissions, "a", 1), submit(submissions, "a", 2)
    other = submit(submissions, "b", 7)
    acknowledge(second)
    acknowledge(other)
    assert taken(submissions) == {"b": 7}
    acknowledge(first)
    assert taken(submissions) == {"a": 2}


def test_after_a_failed_row_nothing_of_the_partition_is_ever_committable() -> None:
    submissions = Submissions()
    good, bad, after = (submit(submissions, "a", number) for number in (1, 2, 3))
    acknowledge(good)
    bad(ERROR, None)
    bad(None, None)
    acknowledge(after)
    assert taken(submissions) == {"a": 1}
    assert taken(submissions) == {}
    assert "MSG_SIZE_TOO_LARGE" in str(submissions.error)
    assert submissions.rows == 0


def test_a_batch_that_was_given_up_is_never_committable() -> None:
    submissions = Submissions()
    given_up = submit(submissions, "a", 1)
    given_up(None, None)
    submissions.abandon(given_up)
    acknowledge(submit(submissions, "a", 2))
    assert taken(submissions) == {}
    assert submissions.rows == 0


def test_partitions_compare_as_json_values() -> None:
    submissions = Submissions()
    for partition in ({"x": 1, "y": 2}, {"y": 2, "x": 1}):
        batch = RecordBatch(
            "t", BytesColumn([b"x"]), source_partition=partition, source_offset={"n": 1}
        )
        submissions.submit(batch)(None, None)
    assert len(submissions.take_committable()) == 1


def test_a_batch_without_an_offset_counts_as_in_flight_and_commits_nothing() -> None:
    submissions = Submissions()
    delivery = submissions.submit(RecordBatch("t", BytesColumn([b"x"] * 3)))
    assert submissions.rows == 3
    acknowledge(delivery, 3)
    assert submissions.rows == 0
    assert submissions.take_committable() == {}


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=20), st.randoms())
def test_committable_is_the_longest_acknowledged_prefix_whatever_the_order(
    plan: list[tuple[str, bool]], random: Any
) -> None:
    submissions = Submissions()
    sent = [
        (partition, number, good, submit(submissions, partition, number, 1))
        for number, (partition, good) in enumerate(plan)
    ]
    expected: dict[str, int] = {}
    broken: set[str] = set()
    for partition, number, good, _ in sent:
        if not good:
            broken.add(partition)
        elif partition not in broken:
            expected[partition] = number
    found: dict[str, int] = {}
    for partition, _, good, delivery in random.sample(sent, len(sent)):
        delivery(None if good else ERROR, None)
        for name, offset in taken(submissions).items():
            assert offset > found.get(name, -1)
            found[name] = offset
        assert partition in "abc"
    assert found == expected

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

import pytest

from weir_runtime.api.batch import RecordBatch
from weir_runtime.api.column import RowsColumn
from weir_runtime.api.config import Config, Opt
from weir_runtime.api.connector import (
    SinkConnector,
    SinkTask,
    SourceConnector,
    SourceTask,
    TopicPartition,
)
from weir_runtime.api.errors import ConfigError, ConnectError, RetriableError
from weir_runtime.testing import batch, check_resume, run_sink, run_source

calls: list[str] = []


@pytest.fixture(autouse=True)
def _no_calls() -> None:
    calls.clear()


class CountConfig(Config):
    """Keys of the sources below."""

    upto: int = Opt(3, doc="How many", ge=1)
    mode: str = Opt("plain", doc="How")
    share: int = Opt(0, doc="Which task")


def row(task: int, number: int) -> RecordBatch:
    return RecordBatch(
        "t",
        RowsColumn([f"{task}/{number}"]),
        source_partition={"task": task},
        source_offset={"n": number + 1},
    )


class CountTask(SourceTask[CountConfig]):
    def start(self) -> None:
        calls.append("start")
        self.failures = 0
        if self.config.mode == "bad-start":
            raise ConnectError("no start")

    def stop(self) -> None:
        calls.append("stop")

    def first(self) -> int:
        offset = self.context.offset({"task": self.config.share})
        return 0 if offset is None else int(offset["n"])

    def batches(self) -> Iterator[RecordBatch | None]:
        first = self.first()
        try:
            for number in range(first, self.config.upto):
                if self.config.mode == "retry" and number == 1 and self.failures < 2:
                    self.failures += 1
                    raise RetriableError("again")
                yield row(self.config.share, number)
            while self.config.mode == "waits" and not self.context.wait(1):
                yield None
        finally:
            calls.append("closed")

    def acknowledged(self, partition: Mapping[str, Any], offset: Mapping[str, Any]) -> None:
        calls.append(f"ack {offset['n']}")


class CountSource(SourceConnector[CountConfig]):
    config_class = CountConfig
    task_class = CountTask
    version = "1"

    def start(self) -> None:
        calls.append("connector start")
        if self.config.mode == "fails":
            self.context.fail(ConnectError("gone"))

    def stop(self) -> None:
        calls.append("connector stop")

    def validate(self, config: Mapping[str, str]) -> Mapping[str, list[str]]:
        return {"mode": ["may not be bad"]} if config.get("mode") == "bad" else {}

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        return [{**self.properties, "share": str(number)} for number in range(max_tasks)]


class AsyncTask(CountTask):
    async def batches(self) -> AsyncIterator[RecordBatch | None]:  # type: ignore[override]
        try:
            for number in range(self.first(), self.config.upto):
                await asyncio.sleep(0)
                yield row(self.config.share, number)
        finally:
            calls.append("closed")


class AsyncSource(CountSource):
    task_class = AsyncTask


class ForgetfulTask(CountTask):
    def first(self) -> int:
        return max(super().first() - 1, 0)


class ForgetfulSource(CountSource):
    task_class = ForgetfulTask


@pytest.mark.parametrize("kind", [CountSource, AsyncSource])
def test_a_source_lives_as_in_a_worker(kind: type[CountSource]) -> None:
    run = run_source(kind, {})
    assert run.rows == ["0/0", "0/1", "0/2"]
    assert run.keys == [None, None, None]
    assert run.committed == [({"task": 0}, {"n": 3})]
    assert calls == [
        *("connector start", "start", "ack 1", "ack 2", "ack 3", "closed"),
        *("stop", "connector stop"),
    ]


@pytest.mark.parametrize("kind", [CountSource, AsyncSource])
def test_it_goes_on_from_offsets_and_stops_at_the_rows_asked_for(kind: type[CountSource]) -> None:
    first = run_source(kind, {"upto": 9}, rows=2)
    assert first.rows == ["0/0", "0/1"]
    rest = run_source(kind, {"upto": 4}, offsets=first.committed)
    assert rest.rows == ["0/2", "0/3"]
    assert calls.count("closed") == 2


def test_several_tasks_take_turns() -> None:
    run = run_source(CountSource, {"upto": 2}, tasks=2)
    assert run.rows == ["0/0", "1/0", "0/1", "1/1"]
    assert len(run.committed) == 2


def test_a_source_that_waits_has_no_more_for_now() -> None:
    assert len(run_source(CountSource, {"mode": "waits"}).rows) == 3


def test_rows_that_do_not_come_are_a_timeout() -> None:
    with pytest.raises(TimeoutError, match="97 rows did not come within"):
        run_source(CountSource, {"mode": "waits"}, rows=100, timeout_s=0.03)
    assert calls[-2:] == ["stop", "connector stop"]


def test_a_retriable_error_makes_a_new_generator() -> None:
    assert run_source(CountSource, {"mode": "retry"}).rows == ["0/0", "0/1", "0/2"]
    assert calls.count("closed") == 3


@pytest.mark.parametrize(
    ("config", "message"),
    [({"mode": "bad"}, "mode: may not be bad"), ({"upto": 0}, "Value must be at least 1")],
)
def test_a_bad_config_is_refused_before_anything_starts(
    config: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        run_source(CountSource, config)
    assert calls == []


def test_a_task_that_cannot_start_is_stopped() -> None:
    with pytest.raises(ConnectError, match="no start"):
        run_source(CountSource, {"mode": "bad-start"})
    assert calls == ["connector start", "start", "stop", "connector stop"]


def test_a_connector_that_fails_fails_the_run() -> None:
    with pytest.raises(ConnectError, match="gone"):
        run_source(CountSource, {"mode": "fails"})


@pytest.mark.parametrize("kind", [CountSource, AsyncSource])
def test_a_source_that_resumes_well_passes_the_check(kind: type[CountSource]) -> None:
    assert check_resume(kind, {}) == 3


def test_a_source_that_repeats_rows_is_caught() -> None:
    with pytest.raises(AssertionError, match="after 1 of 3 rows"):
        check_resume(ForgetfulSource, {})


class KeepTask(SinkTask[Config]):
    def start(self) -> None:
        self.rows: list[Any] = []
        self.calls: list[str] = []
        self.fail = 0

    def open(self, partitions: Sequence[TopicPartition]) -> None:
        self.calls.append(f"open {list(partitions)}")

    def put(self, batch: RecordBatch) -> None:
        for value in batch.value.rows_view():
            self.act(value, (batch.topic, batch.partition or 0))
        self.rows += zip(batch.offsets or (), batch.value.rows_view(), strict=True)

    def act(self, value: Any, partition: TopicPartition) -> None:
        if value == "retry" and self.fail < 2:
            self.fail += 1
            raise RetriableError("again")
        if value == "never":
            raise RetriableError("never")
        if value == "pause":
            self.context.pause([("u", 0)])
        if value == "resume":
            self.context.resume([("u", 0)])
        if value == "commit":
            self.context.request_commit()
        if value == "seek" and not self.rows[1:]:
            self.context.seek({partition: 0})

    def pre_commit(self, offsets: Mapping[TopicPartition, int]) -> Mapping[TopicPartition, int]:
        self.calls.append(f"commit {dict(offsets)}")
        return {**offsets, ("other", 0): 5}

    def close(self, partitions: Sequence[TopicPartition]) -> None:
        self.calls.append("close")

    def stop(self) -> None:
        self.calls.append("stop")


class KeepSink(SinkConnector[Config]):
    task_class = KeepTask
    version = "1"

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        return [dict(self.properties)]


def keep(*batches: RecordBatch, **more: Any) -> tuple[KeepTask, dict[TopicPartition, int]]:
    run = run_sink(KeepSink, {}, batches, **more)
    assert isinstance(run.task, KeepTask)
    return run.task, run.committed


def test_a_sink_lives_as_in_a_worker() -> None:
    task, committed = keep(batch("t", ["a", "b"]), batch("t", ["c"], partition=1, offset=9))
    assert task.rows == [(0, "a"), (1, "b"), (9, "c")]
    assert task.calls == [
        "open [('t', 0), ('t', 1)]",
        "commit {('t', 0): 2, ('t', 1): 10}",
        "close",
        "stop",
    ]
    assert committed == {("t", 0): 2, ("t", 1): 10}


def test_a_batch_is_offered_again_after_a_retriable_error() -> None:
    task, _ = keep(batch("t", ["retry"]), batch("t", ["b"]))
    assert task.rows == [(0, "retry"), (1, "b")]
    with pytest.raises(RetriableError):
        keep(batch("t", ["never"]))


def test_a_paused_partition_waits() -> None:
    task, _ = keep(batch("t", ["pause"]), batch("u", ["x"]), batch("t", ["resume"]))
    assert [value for _, value in task.rows] == ["pause", "resume", "x"]
    with pytest.raises(AssertionError, match=r"\('u', 0\) is still paused"):
        keep(batch("t", ["pause"]), batch("u", ["x"]))


def test_a_task_may_seek_back() -> None:
    task, committed = keep(batch("t", ["a"]), batch("t", ["seek"]))
    assert [value for _, value in task.rows] == ["a", "seek", "a", "seek"]
    assert committed == {("t", 0): 2}


def test_commits_come_when_asked_for() -> None:
    task, _ = keep(batch("t", ["commit"]), batch("t", ["b"]))
    assert [call for call in task.calls if call.startswith("commit")] == [
        "commit {('t', 0): 1}",
        "commit {('t', 0): 2}",
    ]
    task, _ = keep(batch("t", ["a"]), batch("t", ["b"]), commit_each=True)
    assert len([call for call in task.calls if call.startswith("commit")]) == 3

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weir_runtime.api.config import config_keys, evaluate, parse
from weir_runtime.api.errors import ConfigError, ConnectError
from weir_runtime.connectors.datagen import (
    DatagenConfig,
    DatagenConnector,
    DatagenTask,
    DatagenTaskConfig,
)
from weir_runtime.testing import check_resume, run_source
from weir_runtime.testing.context import MemorySourceContext

FIELDS = {
    "id": {"type": "sequence", "start": 100, "step": 2},
    "city": {"type": "choice", "of": ["Rome", "Oslo"], "weights": [9, 1]},
    "at": {"type": "timestamp", "format": "iso", "start": 0, "step": 1500},
    "n": {"type": "int", "min": -3, "max": 3},
    "price": {"type": "float", "min": 1, "max": 2, "decimals": 2},
    "code": {"type": "string", "length": 4},
    "fixed": {"type": "constant", "value": {"a": [1, None]}},
}

SHARE = {"weir.datagen.task": "0", "weir.datagen.tasks": "1"}


def config(**more: Any) -> dict[str, Any]:
    described = more.pop("fields", FIELDS)
    keys = {"topic": "t", "fields": json.dumps(described), "rows": 25, "batch.size": 10}
    return {**keys, **{key.replace("_", "."): value for key, value in more.items()}}


def test_rows_are_as_described() -> None:
    rows = run_source(DatagenConnector, config()).rows
    assert len(rows) == 25
    assert list(rows[0]) == list(FIELDS)
    assert [row["id"] for row in rows] == list(range(100, 150, 2))
    assert {row["city"] for row in rows} <= {"Rome", "Oslo"}
    assert [row["at"] for row in rows[:3]] == [
        "1970-01-01T00:00:00.000Z",
        "1970-01-01T00:00:01.500Z",
        "1970-01-01T00:00:03.000Z",
    ]
    assert all(-3 <= row["n"] <= 3 for row in rows)
    assert all(1 <= row["price"] <= 2 and round(row["price"], 2) == row["price"] for row in rows)
    assert all(len(row["code"]) == 4 and row["code"].isalnum() for row in rows)
    assert rows[7]["fixed"] == {"a": [1, None]}
    assert len({row["code"] for row in rows}) > 20


def test_the_same_seed_gives_the_same_rows_and_another_gives_others() -> None:
    one, again = (run_source(DatagenConnector, config(seed=7)).rows for _ in range(2))
    other = run_source(DatagenConnector, config(seed=8)).rows
    assert one == again
    assert [row["code"] for row in one] != [row["code"] for row in other]


def test_recorded_values_stay_the_same_over_versions() -> None:
    (row,) = run_source(DatagenConnector, config(rows=1)).rows
    assert row["code"] == "GT5P"


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 40), st.integers(1, 11))
def test_a_restart_after_any_batch_goes_on_without_gap_or_repeat(rows: int, size: int) -> None:
    fields = {"id": FIELDS["id"], "n": {"type": "int", "min": 0, "max": 10**9}}
    restarts = check_resume(DatagenConnector, config(rows=rows, batch_size=size, fields=fields))
    assert restarts == -(-rows // size)


def test_a_restart_within_and_beyond_a_block_of_random_values() -> None:
    fields = {"n": {"type": "int", "min": 0, "max": 10**9}}
    keys = config(rows=2500, batch_size=10_000, fields=fields)
    whole = run_source(DatagenConnector, keys).rows
    for row in (1, 999, 1000, 1001, 1999, 2499):
        rest = run_source(DatagenConnector, keys, offsets=[({"task": 0}, {"row": row})]).rows
        assert rest == whole[row:]


def test_tasks_share_the_sequence() -> None:
    run = run_source(DatagenConnector, config(rows=10), tasks=3)
    assert sorted(row["id"] for row in run.rows) == list(range(100, 160, 2))
    assert sorted(partition["task"] for partition, _ in run.committed) == [0, 1, 2]
    assert {offset["row"] for _, offset in run.committed} == {10}
    codes = [row["code"] for row in run.rows]
    assert len(set(codes)) > 25


def test_a_field_can_be_the_key() -> None:
    run = run_source(DatagenConnector, config(key_field="id", rows=2))
    assert run.keys == [100, 102]


def test_a_time_without_a_start_is_that_of_making_the_row() -> None:
    task = DatagenTask()
    described = {"ms": {"type": "timestamp", "format": "ms"}, "iso": {"type": "timestamp"}}
    keys = {"topic": "t", "fields": json.dumps(described), "batch.size": "1"}
    task.config = parse(DatagenTaskConfig, keys | SHARE)
    task.context = MemorySourceContext("c", 0, offsets={}, stop_when_waiting=True)
    task.now_ms = lambda: 1_566_570_894_346
    task.start()
    batch = next(iter(task.batches()))
    assert batch is not None
    assert not isinstance(batch, str)
    assert list(batch.value.rows_view()) == [
        {"ms": 1_566_570_894_346, "iso": "2019-08-23T14:34:54.346Z"}
    ]


def test_a_rate_is_kept_by_waiting() -> None:
    now_s = 1000.0
    waits: list[float] = []

    class Context(MemorySourceContext):
        def wait(self, duration_s: float) -> bool:
            nonlocal now_s
            waits.append(duration_s)
            now_s += duration_s
            return False

    task = DatagenTask()
    keys = {"topic": "t", "fields": json.dumps(FIELDS), "rate": "50", "batch.size": "100"}
    task.config = parse(DatagenTaskConfig, keys | SHARE)
    task.context = Context("c", 0, offsets={}, stop_when_waiting=False)
    task.monotonic = lambda: now_s
    task.start()
    batches = task.batches()
    sizes = [len(batch) for _, batch in zip(range(11), batches, strict=False) if batch is not None]
    assert sizes == [5] * 11
    assert sum(waits) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("{", "not JSON"),
        ("[]", "must be a JSON object such as"),
        ("{}", "must be a JSON object such as"),
        ('{"a": 1}', "field 'a': Expected `object`, got `int`"),
        ('{"a": {}}', "field 'a': Object missing required field `type`"),
        ('{"a": {"type": "nope"}}', "field 'a': Invalid value 'nope'"),
        ('{"a": {"type": "choice"}}', "field 'a': Object missing required field `of`"),
        ('{"a": {"type": "choice", "of": []}}', "field 'a': `of` must not be empty"),
        (
            '{"a": {"type": "choice", "of": [1], "weights": [1, 2]}}',
            "field 'a': 2 `weights` for 1 values",
        ),
        ('{"a": {"type": "choice", "of": [1], "weights": [0]}}', "field 'a': `weights` must not"),
        ('{"a": {"type": "int", "min": 5, "max": 1}}', "field 'a': `min` 5 is above `max` 1"),
        ('{"a": {"type": "int", "min": "x"}}', "field 'a': Expected `int`, got `str`"),
        ('{"a": {"type": "int", "mni": 1}}', "field 'a': Object contains unknown field `mni`"),
        ('{"a": {"type": "string", "length": -1}}', "field 'a': `length` must be between"),
        ('{"a": {"type": "timestamp", "format": "x"}}', "field 'a': Invalid enum value 'x'"),
    ],
)
def test_a_bad_description_is_an_error_that_names_the_field(fields: str, message: str) -> None:
    keys = {"topic": "t", "fields": fields}
    values = evaluate(config_keys(DatagenConfig), keys, DatagenConfig)
    (found,) = [value.errors for value in values if value.name == "fields"]
    assert len(found) == 1
    assert message in found[0]
    with pytest.raises(ConfigError):
        run_source(DatagenConnector, keys)


def test_a_key_must_be_a_field() -> None:
    with pytest.raises(ConfigError, match="there is no field 'zz' in 'fields'"):
        run_source(DatagenConnector, config(key_field="zz"))


@pytest.mark.parametrize(
    ("partition", "offset"), [({}, {"row": 1}), ({"task": 0}, {}), ({"task": 0}, {"row": -1})]
)
def test_offsets_of_another_shape_are_refused(partition: Any, offset: Any) -> None:
    connector = DatagenConnector()
    with pytest.raises(ConnectError, match=r"An offset of weir\.Datagen is like"):
        connector.alter_offsets({}, [(partition, offset)])
    assert connector.alter_offsets({}, [(partition, None), ({"task": 0}, {"row": 5})]) is True


def test_it_allows_exactly_once() -> None:
    assert DatagenConnector().exactly_once_support({}) is True

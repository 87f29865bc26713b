"""weir.Datagen: rows made from a JSON description, for demos and load.

Rows are numbered; what a row holds depends on the seed and its number, so that a restart goes on
without a gap or a repeat. A `tasks.max` of n gives each task every n-th number.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

import pydantic

from weir_runtime.api.batch import MAX_BATCH_ROWS, RecordBatch
from weir_runtime.api.column import RowsColumn
from weir_runtime.api.config import Config, Opt
from weir_runtime.api.connector import Offset, Partition, SourceConnector, SourceTask
from weir_runtime.api.errors import ConnectError
from weir_runtime.connectors import generator

TASK, TASKS = "weir.datagen.task", "weir.datagen.tasks"
PIECES_PER_SECOND = 10
"""How often a rate below that of full batches sends: latency against batches of one."""


class DatagenConfig(Config):
    """Keys of weir.Datagen."""

    topic: str = Opt(doc="The topic to write to", importance="high", min_length=1)
    fields_: str = Opt(
        alias="fields",
        doc="What a row holds: a JSON object from the name of a field to its description, such as "
        '{"id": {"type": "sequence"}, "city": {"type": "choice", "of": ["Rome", "Oslo"]}}. Types: '
        "sequence (start, step), choice (of, weights), timestamp (format iso or ms, start, step), "
        "int (min, max), float (min, max, decimals), string (length), constant (value)",
        importance="high",
    )
    key_field: str | None = Opt(
        None, doc="The field whose value is also the record's key. No key if not set"
    )
    rate: float = Opt(0.0, doc="Rows per second of each task. 0 means as fast as possible", ge=0)
    rows: int = Opt(
        0, doc="Rows of each task, after which it idles. 0 means without end", ge=0, kind="long"
    )
    batch_size: int = Opt(
        1000, doc="The most rows in one batch", importance="low", ge=1, le=MAX_BATCH_ROWS
    )
    seed: int = Opt(0, doc="Another seed gives other random values", importance="low", kind="long")

    @pydantic.field_validator("fields_")
    @classmethod
    def _described(cls, text: str) -> str:
        generator.parse(text)
        return text

    @pydantic.field_validator("key_field")
    @classmethod
    def _known(cls, name: str | None, info: pydantic.ValidationInfo) -> str | None:
        described = info.data.get("fields_")
        if name is not None and described is not None and name not in generator.parse(described):
            raise ValueError(f"there is no field '{name}' in 'fields'")
        return name


class DatagenTaskConfig(DatagenConfig):
    """Keys of a task: the connector's and its share."""

    task: int = Opt(alias=TASK, doc="Number of the task", ge=0)
    tasks: int = Opt(alias=TASKS, doc="Number of tasks", ge=1)


class DatagenTask(SourceTask[DatagenTaskConfig]):
    """Makes the rows whose numbers are its own."""

    config_class = DatagenTaskConfig

    now_ms: Callable[[], int] = staticmethod(lambda: time.time_ns() // 1_000_000)
    monotonic: Callable[[], float] = staticmethod(time.monotonic)

    def start(self) -> None:
        """Read the description."""
        self._fields = generator.parse(self.config.fields_)
        self._partition = {"task": self.config.task}
        self._drawn: dict[str, tuple[int, Sequence[Any]]] = {}

    def batches(self) -> Iterator[RecordBatch | None]:
        """Yield rows at the rate asked for, from the row after the last acknowledged."""
        offset = self.context.offset(self._partition) or {}
        first = row = int(offset.get("row", 0))
        started_s = self.monotonic()
        while not self.context.stopping:
            count = self._next_count(row)
            if count == 0:
                yield None
                self.context.wait(1.0)
                continue
            row += count
            yield self._batch(row - count, count)
            if self.config.rate > 0:
                due_s = started_s + (row - first) / self.config.rate
                delay_s = due_s - self.monotonic()
                if delay_s > 0:
                    self.context.wait(delay_s)

    def _next_count(self, row: int) -> int:
        count = self.config.batch_size
        if self.config.rate > 0:
            count = min(count, max(int(self.config.rate / PIECES_PER_SECOND), 1))
        return min(count, max(self.config.rows - row, 0)) if self.config.rows else count

    def _batch(self, first: int, count: int) -> RecordBatch:
        config = self.config
        now_ms = self.now_ms()

        def run(name: str) -> generator.Run:
            seed = f"{config.seed}/{name}"
            return generator.Run(first, count, config.task, config.tasks, seed, now_ms, self._drawn)

        rows = generator.rows(self._fields, run)
        name = config.key_field
        return RecordBatch(
            config.topic,
            RowsColumn(rows),
            key=None if name is None else RowsColumn([row[name] for row in rows]),
            source_partition=self._partition,
            source_offset={"row": first + count},
        )


class DatagenConnector(SourceConnector[DatagenConfig]):
    """As many tasks as are allowed; their rows interleave."""

    config_class = DatagenConfig
    task_class = DatagenTask
    version: ClassVar[str] = "0.1.0"

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        """Return the connector's config with each task's share."""
        return [
            {**self.properties, TASK: str(task), TASKS: str(max_tasks)} for task in range(max_tasks)
        ]

    def alter_offsets(
        self, config: Mapping[str, str], offsets: Sequence[tuple[Partition, Offset | None]]
    ) -> bool:
        """Check that every offset is a row of a task.

        Raises:
            ConnectError: one is not.
        """
        for partition, offset in offsets:
            if offset is None:
                continue
            row = offset.get("row")
            if "task" not in partition or not isinstance(row, int) or row < 0:
                raise ConnectError(
                    'An offset of weir.Datagen is like {"task": 0} -> {"row": 1000}, '
                    f"not {dict(partition)} -> {dict(offset)}"
                )
        return True

    def exactly_once_support(self, config: Mapping[str, str]) -> bool:
        """Return True: a row depends on its number alone."""
        return True

"""weir.Discard: a sink that takes everything and counts."""

from __future__ import annotations

from typing import ClassVar

from weir_runtime.api.batch import RecordBatch
from weir_runtime.api.config import Config
from weir_runtime.api.connector import SinkConnector, SinkTask


class DiscardTask(SinkTask[Config]):
    """Counts rows.

    Attributes:
        rows: rows taken since the start.
        batches: batches taken since the start.
    """

    def start(self) -> None:
        """Begin to count from 0."""
        self.rows = 0
        self.batches = 0

    def put(self, batch: RecordBatch) -> None:
        """Count the batch and let it go."""
        self.rows += len(batch)
        self.batches += 1

    def stop(self) -> None:
        """Log what was counted."""
        self.context.logger.info("Discarded %d rows in %d batches", self.rows, self.batches)


class DiscardConnector(SinkConnector[Config]):
    """Reads topics as fast as they come and keeps nothing: for load tests."""

    task_class = DiscardTask
    version: ClassVar[str] = "0.1.0"

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        """Return the connector's config for each task."""
        return [dict(self.properties) for _ in range(max_tasks)]

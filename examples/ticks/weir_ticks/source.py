"""example.Ticks: a source that counts."""

from collections.abc import Iterator

from weir_runtime.api.batch import RecordBatch
from weir_runtime.api.column import RowsColumn
from weir_runtime.api.config import Config, Opt
from weir_runtime.api.connector import SourceConnector, SourceTask


class TicksConfig(Config):
    """The field `every_ms` is the key `every.ms`."""

    topic: str = Opt(doc="Topic that the ticks go to.", importance="high", min_length=1)
    every_ms: int = Opt(1000, doc="Milliseconds between two ticks.", ge=1)


class TicksTask(SourceTask[TicksConfig]):
    """Yields one row a tick and goes on after the last one that Kafka has."""

    def batches(self) -> Iterator[RecordBatch | None]:
        """Count until the task is asked to stop."""
        clock = {"clock": self.context.connector}
        tick = (self.context.offset(clock) or {"tick": 0})["tick"]
        while not self.context.wait(self.config.every_ms / 1000):
            tick += 1
            yield RecordBatch(
                topic=self.config.topic,
                value=RowsColumn([{"tick": tick}]),
                source_partition=clock,
                source_offset={"tick": tick},
            )


class TicksConnector(SourceConnector[TicksConfig]):
    """One clock, so one task."""

    version = "1.0.0"
    config_class = TicksConfig
    task_class = TicksTask

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        """Return the config of the one task: all that the connector was given."""
        return [dict(self.properties)]

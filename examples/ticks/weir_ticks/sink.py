"""example.SqliteSink: records as rows of a SQLite table."""

import json
import sqlite3

from weir_runtime.api.batch import RecordBatch
from weir_runtime.api.config import Config, Opt
from weir_runtime.api.connector import SinkConnector, SinkTask
from weir_runtime.api.errors import RetriableError

CREATE = (
    "CREATE TABLE IF NOT EXISTS records (topic TEXT, part INTEGER, pos INTEGER, value TEXT,"
    " PRIMARY KEY (topic, part, pos))"
)
INSERT = "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?)"


class SqliteSinkConfig(Config):
    """Keys of example.SqliteSink."""

    database: str = Opt(doc="File of the database.", importance="high", min_length=1)


class SqliteSinkTask(SinkTask[SqliteSinkConfig]):
    """Writes each record under its place in Kafka, so that a repeat changes nothing."""

    def start(self) -> None:
        """Open the database; the table is made where it is not there."""
        self._database = sqlite3.connect(self.config.database)
        self._database.execute(CREATE)

    def put(self, batch: RecordBatch) -> None:
        """Insert the rows of one partition; a database that is busy is tried again."""
        rows = zip(batch.offsets or (), batch.value.rows_view(), strict=True)
        found = [
            (batch.topic, batch.partition, offset, json.dumps(value)) for offset, value in rows
        ]
        try:
            self._database.executemany(INSERT, found)
        except sqlite3.OperationalError as error:
            raise RetriableError(f"{self.config.database}: {error}") from error

    def flush(self) -> None:
        """Make durable what was put; only then may the offsets be committed."""
        self._database.commit()

    def stop(self) -> None:
        """Close; what was not flushed comes again from Kafka."""
        self._database.close()


class SqliteSinkConnector(SinkConnector[SqliteSinkConfig]):
    """As many tasks as are allowed: Kafka shares the partitions out."""

    version = "1.0.0"
    config_class = SqliteSinkConfig
    task_class = SqliteSinkTask

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        """Return the connector's config for each task."""
        return [dict(self.properties) for _ in range(max_tasks)]

"""Run a connector in a test: its real life cycle, memory in place of Kafka, no threads.

    run = run_source(FileStreamSourceConnector, {"file": "in.txt", "topic": "lines"})
    assert run.rows == ["one", "two"]

    written = run_sink(FileStreamSinkConnector, {"file": "out.txt"}, [batch("lines", ["one"])])
    assert written.committed == {("lines", 0): 1}

Configs are checked as a worker checks them, tasks are made from `task_configs`, offsets and
acknowledgements come in a worker's order.
"""

from weir_runtime.testing.sink import SinkRun, batch, run_sink
from weir_runtime.testing.source import SourceRun, check_resume, run_source

__all__ = ["SinkRun", "SourceRun", "batch", "check_resume", "run_sink", "run_source"]

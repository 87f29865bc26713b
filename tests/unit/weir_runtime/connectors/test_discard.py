import logging

import pytest

from weir_runtime.connectors.discard import DiscardConnector, DiscardTask
from weir_runtime.testing import batch, run_sink


def test_it_takes_everything_and_counts(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    run = run_sink(DiscardConnector, {}, [batch("t", [1, {}, None]), batch("u", ["x"])])
    assert isinstance(run.task, DiscardTask)
    assert (run.task.rows, run.task.batches) == (4, 2)
    assert run.committed == {("t", 0): 3, ("u", 0): 1}
    assert "Discarded 4 rows in 2 batches" in caplog.text

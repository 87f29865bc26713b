"""What tasks may ask of the runtime."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from weir_runtime.worker import protocol
from weir_runtime.worker.border import Border
from weir_runtime.worker.control import Control
from weir_runtime.worker.protocol import StartTask

READ_TIMEOUT_S = 60.0


class Context:
    """`api.connector.TaskContext` of one task."""

    def __init__(self, order: StartTask, control: Control) -> None:
        self.connector = order.connector
        self.task = order.task
        self.logger = logging.getLogger(f"weir_runtime.task.{order.connector}")
        self._control = control

    @property
    def stopping(self) -> bool:
        """True once the task has been asked to stop."""
        return self._control.stopping

    def wait(self, duration_s: float) -> bool:
        """Wait, longer while the task is paused; True at once when asked to stop."""
        return self._control.wait(duration_s)


class SourceContext(Context):
    """`api.connector.SourceTaskContext` of one task."""

    def __init__(self, order: StartTask, control: Control, border: Border) -> None:
        super().__init__(order, control)
        self._border = border

    def offset(self, partition: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the last committed offset of `partition`, as of now.

        Raises:
            ConnectError: the offset store cannot be read.
        """
        found: list[Mapping[str, Any] | None] = self._border.ask(
            lambda call: protocol.ReadOffsets(
                call=call, connector=self.connector, partitions=[dict(partition)]
            ),
            READ_TIMEOUT_S,
        )
        return found[0]

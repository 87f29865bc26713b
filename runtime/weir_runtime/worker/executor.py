"""The child: reads frames and runs connectors and tasks.

Started as `python -m weir_runtime.worker.executor --fd N`, with N one end of a socket pair. The
main thread only reads; every connector and every task has a thread of its own. When the other
end closes, the child stops producing and exits.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from weir_runtime.api.errors import ConnectError
from weir_runtime.observe import level
from weir_runtime.worker import connector_host, description, log_relay, protocol, secrecy
from weir_runtime.worker.border import Border
from weir_runtime.worker.connector_host import ConnectorHost
from weir_runtime.worker.frame import Channel, FrameError, SocketChannel
from weir_runtime.worker.protocol import ToChild
from weir_runtime.worker.task_host import TaskHost

logger = logging.getLogger(__name__)

PULSE_S = 0.1
METRICS_S = 1.0
SHUTDOWN_S = 5.0

TaskKey = tuple[str, int]


class Executor:
    """Runs connectors and tasks at the will of what stands at the other end of `channel`."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._border = Border(channel)
        self._connectors: dict[str, ConnectorHost] = {}
        self._tasks: dict[TaskKey, TaskHost] = {}
        self._stop = threading.Event()
        self._pulse: threading.Thread | None = None

    @property
    def border(self) -> Border:
        """The way to the parent."""
        return self._border

    def run(self) -> bool:
        """Serve until the parent asks to end (True) or is gone (False)."""
        self._border.post(protocol.Hello(pid=os.getpid()))
        try:
            while (message := self._channel.receive()) is not None:
                if isinstance(message, protocol.Shutdown):
                    self._shut_down()
                    return True
                self._dispatch(message)
        except FrameError:
            logger.exception("The border is broken")
        finally:
            self._stop.set()
            self._border.close()
        for host in self._tasks.values():
            host.stop(0)
        return False

    def _dispatch(self, message: ToChild) -> None:
        secrecy.learn(message)
        match message:
            case protocol.Reply():
                self._border.replied(message)
            case protocol.StartTask():
                self._start_task(message)
            case protocol.SetTaskState() | protocol.StopTask():
                self._to_task(message)
            case protocol.StartConnector():
                self._start_connector(message)
            case protocol.SetConnectorState() | protocol.TaskConfigs() | protocol.StopConnector():
                self._to_connector(message)
            case protocol.Describe() | protocol.Validate() | protocol.AlterOffsets():
                self._aside(message)
            case protocol.SetLogLevel():
                log_relay.set_level(message)

    def _start_task(self, message: protocol.StartTask) -> None:
        key = (message.connector, message.task)
        old = self._tasks.get(key)
        if old is not None:
            old.stop(0)
        host = self._tasks[key] = TaskHost(message, self._border)
        if self._pulse is None:
            self._pulse = threading.Thread(target=self._beat, name="pulse", daemon=True)
            self._pulse.start()
        host.start()

    def _to_task(self, message: protocol.SetTaskState | protocol.StopTask) -> None:
        host = self._tasks.get((message.connector, message.task))
        current = host is not None and host.order.epoch == message.epoch
        if isinstance(message, protocol.SetTaskState):
            if host is not None and current:
                host.set_target(message.state)
        elif host is not None and current:
            host.stop(message.timeout_s, message.call)
        else:
            connector_host.answer_stopped(self._border, message.call)

    def _start_connector(self, message: protocol.StartConnector) -> None:
        old = self._connectors.get(message.connector)
        if old is not None:
            old.stop()
        host = self._connectors[message.connector] = ConnectorHost(message, self._border)
        host.start()

    def _to_connector(
        self,
        message: protocol.SetConnectorState | protocol.TaskConfigs | protocol.StopConnector,
    ) -> None:
        host = self._connectors.get(message.connector)
        if host is not None and host.order.epoch != message.epoch:
            host = None
        match message:
            case protocol.SetConnectorState(state=state) if host is not None:
                host.set_target(state)
            case protocol.TaskConfigs(call=call, max_tasks=max_tasks) if host is not None:
                host.task_configs(call, max_tasks)
            case protocol.TaskConfigs(call=call, connector=name):
                self._border.answer(call, lambda: _not_running(name))
            case protocol.StopConnector(call=call) if host is not None:
                del self._connectors[message.connector]
                host.stop(call)
            case protocol.StopConnector(call=call):
                connector_host.answer_stopped(self._border, call)

    def _aside(
        self, message: protocol.Describe | protocol.Validate | protocol.AlterOffsets
    ) -> None:
        """Answer in a thread of its own, since an import or a check may hang."""
        work: Callable[[], Any]
        match message:
            case protocol.Describe():
                work = lambda: description.describe(message)  # noqa: E731 - one of three
            case protocol.Validate():
                work = lambda: description.validate(message)  # noqa: E731 - one of three
            case protocol.AlterOffsets():
                work = lambda: connector_host.alter_offsets(message)  # noqa: E731 - one of three
        threading.Thread(
            target=self._border.answer,
            args=(message.call, work),
            name=f"answer {message.call}",
            daemon=True,
        ).start()

    def _beat(self) -> None:
        """Do for all tasks what cannot wait for their threads."""
        measured = time.monotonic()
        while not self._stop.wait(PULSE_S):
            now = time.monotonic()
            hosts = list(self._tasks.items())
            for key, host in hosts:
                host.pulse(now)
                if host.ended and self._tasks.get(key) is host and host.let_go:
                    self._tasks.pop(key, None)
            if now - measured >= METRICS_S:
                measured = now
                self._measure([host for _, host in hosts])

    def _measure(self, hosts: list[TaskHost]) -> None:
        """Send what has changed of the tasks' figures."""
        changed = [found for host in hosts if (found := host.figures()) is not None]
        if changed:
            self._border.post(protocol.Metrics(tasks=changed))

    def _shut_down(self) -> None:
        """Stop everything, within a bound."""
        deadline = time.monotonic() + SHUTDOWN_S
        tasks, connectors = list(self._tasks.values()), list(self._connectors.values())
        for task in tasks:
            task.stop(SHUTDOWN_S)
        for connector in connectors:
            connector.stop()
        waits = [host.wait_ended for host in tasks] + [host.wait_ended for host in connectors]
        for wait_ended in waits:
            wait_ended(max(0.0, deadline - time.monotonic()))


def _not_running(connector: str) -> None:
    raise ConnectError(f"Connector {connector} is not running here")


def _tune_collector() -> None:
    """Collect rarely: batches make many objects that reference counts free on their own."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run an executor on the socket that the parent has passed on."""
    parser = argparse.ArgumentParser(prog="weir-executor")
    parser.add_argument("--fd", type=int, required=True, help="number of the inherited socket")
    options = parser.parse_args(arguments)
    executor = Executor(SocketChannel(socket.socket(fileno=options.fd)))
    level.register()
    root = logging.getLogger()
    root.addHandler(log_relay.RelayHandler(executor.border))
    root.setLevel(logging.INFO)
    _tune_collector()
    asked = executor.run()
    sys.stdout.flush()
    sys.stderr.flush()
    # threads of connectors may hang and librdkafka may still send: end them with the process
    os._exit(0 if asked else 1)


if __name__ == "__main__":
    main()

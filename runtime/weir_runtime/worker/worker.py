"""The parent side as the herder sees it: start, redirect and stop parts; hear what they do.

Each order names an epoch; what is reported carries it back. A part that hangs costs its
executor: nothing new is placed there, what is healthy is moved, then it is killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from weir_runtime.aio.scope import Scope
from weir_runtime.api.errors import ConnectError
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import State
from weir_runtime.worker import protocol, secrecy, service
from weir_runtime.worker.pipe import Launcher
from weir_runtime.worker.pool import Isolation, PartId, Pool
from weir_runtime.worker.protocol import ToChild, ToParent
from weir_runtime.worker.remote import DeadlineError, ExecutorLostError, Remote

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long the calls of a connector may take, in seconds."""

    start_s: float = 60.0
    task_configs_s: float = 60.0
    stop_connector_s: float = 5.0
    stop_task_s: float = 5.0
    evacuate_s: float = 10.0


class Listener(Protocol):
    """What the worker tells the herder; never blocks."""

    def on_part(self, part: PartId, epoch: int, state: State, trace: str | None) -> None:
        """Hear that a part has reached a state."""
        ...

    def on_reconfiguration(self, connector: str, epoch: int) -> None:
        """Hear that a connector wants its task configs made anew."""
        ...

    def on_move(self, part: PartId, epoch: int) -> None:
        """Hear that a healthy part must leave its executor."""
        ...


@dataclass(eq=False)
class Held:
    """A part that was ordered to start and not yet to stop."""

    part: PartId
    epoch: int
    order: protocol.StartConnector | protocol.StartTask
    placed: asyncio.Event = field(default_factory=asyncio.Event)
    remote: Remote | None = None
    failed: bool = False
    begun: bool = False
    deadline: asyncio.TimerHandle | None = None


class Worker:
    """Runs parts in executors.

    Attributes:
        crashes: executors that ended without being asked to, or were killed for hanging.
    """

    def __init__(
        self,
        scope: Scope,
        launcher: Launcher,
        services: service.Services,
        *,
        size: int,
        isolation: Isolation = Isolation.SHARED,
        deadlines: Deadlines | None = None,
    ) -> None:
        self._scope = scope
        self._services = services
        self._deadlines = deadlines or Deadlines()
        self._held: dict[PartId, Held] = {}
        self._listener: Listener | None = None
        self._let_go = asyncio.Event()
        self._levels: dict[str, protocol.SetLogLevel] = {}
        self.crashes = 0
        self.pool = Pool(scope, launcher, listener=self, size=size, isolation=isolation)

    def attach(self, listener: Listener) -> None:
        """Name who hears reports; before anything is started."""
        self._listener = listener

    def start(self, message: protocol.StartConnector | protocol.StartTask) -> None:
        """Order a part to start; its states are reported."""
        secrecy.learn(message)
        part: PartId = message.connector
        if isinstance(message, protocol.StartTask):
            part = TaskId(message.connector, message.task)
        held = Held(part, message.epoch, message)
        self._held[part] = held
        self._scope.start(self._start(held, message), name=f"start of {part}")

    def order(
        self, part: PartId, epoch: int
    ) -> protocol.StartConnector | protocol.StartTask | None:
        """Return what a part was started with; None where it does not run."""
        held = self._current(part, epoch)
        return None if held is None else held.order

    async def redirect(self, part: PartId, epoch: int, state: str) -> None:
        """Tell a part its new target state; it is reported when reached."""
        held = self._current(part, epoch)
        if held is None:
            return
        await held.placed.wait()
        if held.remote is None:
            return
        if isinstance(part, TaskId):
            held.remote.post(
                protocol.SetTaskState(
                    connector=part.connector, task=part.task, epoch=epoch, state=state
                )
            )
        else:
            held.remote.post(protocol.SetConnectorState(connector=part, epoch=epoch, state=state))

    async def stop_part(self, part: PartId, epoch: int) -> None:
        """Stop a part; returns once it has let go, or was given up at its deadline."""
        held = self._current(part, epoch)
        if held is None:
            return
        await held.placed.wait()
        self._settle_deadline(held)
        try:
            if held.remote is not None:
                await self._stop(held, held.remote)
        finally:
            if self._held.get(part) is held:
                del self._held[part]
            if isinstance(part, TaskId):
                self._services.figures.drop(part, epoch)
            if held.remote is not None:
                self.pool.remove(part, held.remote)
            self._let_go.set()

    async def task_configs(
        self, connector: str, epoch: int, max_tasks: int
    ) -> list[dict[str, str]]:
        """Ask a connector instance for task configs.

        Raises:
            ConnectError: the connector raised, hangs, or its executor is gone.
        """
        held = self._current(connector, epoch)
        if held is None or held.remote is None:
            raise ConnectError(f"Connector {connector} is not running here")
        remote = held.remote
        try:
            result = await remote.call(
                lambda call: protocol.TaskConfigs(
                    call=call, connector=connector, epoch=epoch, max_tasks=max_tasks
                ),
                self._deadlines.task_configs_s,
            )
        except DeadlineError as error:
            text = f"task_configs did not return within {self._deadlines.task_configs_s:g} s"
            self._fail(held, text)
            self._retire(remote)
            raise ConnectError(text) from error
        return [dict(config) for config in result]

    def post_all(self, message: ToChild) -> None:
        """Send a one-way message to every executor; log levels to later ones as well."""
        if isinstance(message, protocol.SetLogLevel):
            self._levels[message.namespace] = message
        self.pool.post_all(message)

    async def stop(self, timeout_s: float) -> None:
        """End the executors."""
        await self.pool.stop(timeout_s)

    # what executors say

    def on_message(self, remote: Remote, message: ToParent) -> None:
        """Sort a message out; requests are answered in a task of their own."""
        match message:
            case protocol.ConnectorState(connector=connector):
                self._reported(remote, connector, message)
            case protocol.TaskState(connector=connector, task=task):
                self._reported(remote, TaskId(connector, task), message)
            case protocol.ReconfigurationRequested(connector=connector, epoch=epoch):
                if self._listener is not None:
                    self._listener.on_reconfiguration(connector, epoch)
            case (
                protocol.ReadOffsets()
                | protocol.WriteOffsets()
                | protocol.OffsetKeys()
                | protocol.EnsureTopic()
            ):
                self._scope.start(self._answer(remote, message), name=f"answer to {remote.name}")
            case _:
                self._note(remote, message)

    def _note(self, remote: Remote, message: ToParent) -> None:
        match message:
            case protocol.Hello(pid=pid):
                remote.pid = pid
                self._set_levels(remote)
            case protocol.TopicUsed():
                self._services.topic_used(message)
            case protocol.Metrics():
                self._services.measured(message)
            case protocol.LogRecord():
                service.relog(message)

    def _set_levels(self, remote: Remote) -> None:
        """Bring a new executor's log levels up to date, before its first part."""
        if not remote.levelled:
            remote.levelled = True
            for level in self._levels.values():
                remote.post(level)

    def on_ended(self, remote: Remote, cause: str) -> None:
        """Fail what the executor held, with the cause of its end."""
        if not remote.asked:
            self.crashes += 1
        for part in self.pool.forget(remote):
            held = self._held.get(part)
            if held is not None and held.remote is remote:
                self._fail(held, cause)

    async def _answer(self, remote: Remote, request: service.Request) -> None:
        remote.post(await self._services.answer(request))

    def _reported(
        self, remote: Remote, part: PartId, message: protocol.ConnectorState | protocol.TaskState
    ) -> None:
        held = self._current(part, message.epoch)
        if held is None or held.remote is not remote:
            return
        self._settle_deadline(held)
        held.failed = message.state == State.FAILED
        self._begun(held)
        self._tell(held, State(message.state), message.trace)

    # orders

    async def _start(self, held: Held, message: ToChild) -> None:
        try:
            held.remote = await self.pool.place(held.part)
        except OSError as error:
            self._fail(held, f"The executor could not be started: {error}")
            return
        finally:
            held.placed.set()
        if self._held.get(held.part) is not held:
            return
        loop = asyncio.get_running_loop()
        held.deadline = loop.call_later(self._deadlines.start_s, self._not_started, held)
        self._set_levels(held.remote)
        held.remote.post(message)

    async def _stop(self, held: Held, remote: Remote) -> None:
        deadlines = self._deadlines
        part, epoch = held.part, held.epoch
        make: Callable[[int], ToChild]
        if isinstance(part, TaskId):
            limit_s = deadlines.stop_task_s

            def make(call: int) -> ToChild:
                return protocol.StopTask(
                    call=call,
                    connector=part.connector,
                    task=part.task,
                    epoch=epoch,
                    timeout_s=limit_s,
                )
        else:
            limit_s = deadlines.stop_connector_s

            def make(call: int) -> ToChild:
                return protocol.StopConnector(call=call, connector=part, epoch=epoch)

        try:
            await remote.call(make, limit_s + 0.5)
        except ExecutorLostError:
            return
        except ConnectError as error:
            log.warning(
                "Part did not stop in time, its executor is given up",
                extra={"part": str(part), "executor": remote.name, "cause": str(error)},
            )
            self._retire(remote, without=part)

    def _not_started(self, held: Held) -> None:
        if self._held.get(held.part) is not held or held.remote is None:
            return
        what = "Task" if isinstance(held.part, TaskId) else "Connector"
        self._fail(held, f"{what} {held.part} did not start within {self._deadlines.start_s:g} s")
        self._retire(held.remote)

    def _retire(self, remote: Remote, without: PartId | None = None) -> None:
        """Move what is healthy off an executor, then kill it."""
        if remote.draining or remote.ended:
            return
        remote.draining = True
        for part in self.pool.parts(remote):
            held = self._held.get(part)
            if held is None or held.remote is not remote or part == without:
                continue
            if not held.failed and self._listener is not None:
                self._listener.on_move(part, held.epoch)
        self._scope.start(self._evacuated(remote), name=f"end of {remote.name}")

    async def _evacuated(self, remote: Remote) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._deadlines.evacuate_s):
                while any(self._healthy(part, remote) for part in self.pool.parts(remote)):
                    self._let_go.clear()
                    await self._let_go.wait()
        remote.kill()

    def _healthy(self, part: PartId, remote: Remote) -> bool:
        held = self._held.get(part)
        return held is not None and held.remote is remote and not held.failed

    def _fail(self, held: Held, trace: str) -> None:
        self._settle_deadline(held)
        held.failed = True
        self._begun(held)
        self._tell(held, State.FAILED, trace)

    def _begun(self, held: Held) -> None:
        """Count the end of a start; a later failure is none of it."""
        if not held.begun:
            held.begun = True
            kind = "task" if isinstance(held.part, TaskId) else "connector"
            services = self._services
            services.starts.ended(kind, services.clock.now_ms(), success=not held.failed)

    def _tell(self, held: Held, state: State, trace: str | None) -> None:
        if self._listener is not None:
            self._listener.on_part(held.part, held.epoch, state, trace)

    def _settle_deadline(self, held: Held) -> None:
        if held.deadline is not None:
            held.deadline.cancel()
            held.deadline = None

    def _current(self, part: PartId, epoch: int) -> Held | None:
        held = self._held.get(part)
        return held if held is not None and held.epoch == epoch else None


def message_of(error: BaseException) -> str:
    """Return an error's text with the child's trace where there is one."""
    notes: list[Any] = list(getattr(error, "__notes__", ()))
    return "\n".join([str(error), *map(str, notes)])

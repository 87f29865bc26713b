"""Actions carried out: the only place that calls what a plan asks for."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import replace

from weir_operator.client import error
from weir_operator.client.port import ConnectApi
from weir_operator.client.view import PluginView
from weir_operator.controller.cluster import Cluster
from weir_operator.controller.entry import Entry
from weir_operator.controller.ports import ReportError
from weir_operator.controller.report import Reporter
from weir_operator.plan import action as act
from weir_operator.plan import health, lesson

logger = logging.getLogger(__name__)

SourceApi = Callable[[Entry], ConnectApi]


class Actor:
    """Carries out one action after the other; every failure comes back as a value."""

    def __init__(self, reporter: Reporter, source_api: SourceApi) -> None:
        self._reporter = reporter
        self._source_api = source_api

    async def perform(self, action: act.Action, entry: Entry, cluster: Cluster) -> act.Result:
        """Do one action and say what came of it."""
        try:
            result = await self._do(action, entry, cluster)
        except error.ConnectApiError as problem:
            logger.info("%s: to %s failed: %s", entry.desired.title, _verb(action), problem)
            result = act.Failed(problem)
        except ReportError as problem:
            return act.NotReported(str(problem))
        self._tell(action, entry, result)
        return result

    async def release(self, entry: Entry) -> act.Result:
        """Let a resource go whose cluster is not known: all that can be done without one."""
        try:
            await self._reporter.port.remove_finalizer(entry.desired.owner)
        except ReportError as problem:
            return act.NotReported(str(problem))
        return act.Done()

    async def _do(self, action: act.Action, entry: Entry, cluster: Cluster) -> act.Result:
        match action:
            case act.AddFinalizer():
                await self._reporter.port.add_finalizer(entry.desired.owner)
                return act.Done()
            case act.ReleaseFinalizer():
                await self._reporter.port.remove_finalizer(entry.desired.owner)
                return act.Done()
            case act.WritePlacement() | act.MarkHandled():
                return await self._write_down(action, entry, cluster)
            case act.Confirm() | act.LookAtSource():
                return await self._look(action, entry, cluster)
            case act.Validate():
                return await self._validate(action, entry, cluster)
            case _:
                return await self._call(action, entry, cluster)

    async def _write_down(
        self, action: act.WritePlacement | act.MarkHandled, entry: Entry, cluster: Cluster
    ) -> act.Result:
        before = entry.memory
        entry.memory = lesson.learn(before, action, act.Done(), now=0.0, seed=entry.uid)
        try:
            await self._reporter.write_now(entry, contact_at=cluster.contact_at)
        except ReportError:
            entry.memory = before
            raise
        return act.Done()

    async def _look(
        self, action: act.Confirm | act.LookAtSource, entry: Entry, cluster: Cluster
    ) -> act.Result:
        try:
            if isinstance(action, act.Confirm):
                return act.Seen(await cluster.api.connector(entry.desired.connector))
            placement = entry.memory.placement
            name = placement.name if placement else entry.desired.connector
            return act.Seen(await self._source_api(entry).status(name))
        except error.NotFoundError:
            return act.Seen(None)

    async def _validate(self, action: act.Validate, entry: Entry, cluster: Cluster) -> act.Result:
        plugin = entry.desired.connector_class
        await cluster.rate.wait()
        try:
            return act.Judged(await cluster.api.validate(plugin, action.config))
        except (error.RebalanceError, error.UnauthorizedError):
            raise
        except error.ConnectApiError as problem:
            if problem.status == 0:
                raise
            # its own list tells an unknown class from a validation that went wrong
            known = await cluster.plugins()
            if is_known(plugin, known):
                raise
            names = ", ".join(sorted(entry.plugin_class for entry in known)) or "none"
            return act.Judged(
                unknown_class=f"the workers have no connector class {plugin}; they have: {names}"
            )

    async def _call(self, action: act.Action, entry: Entry, cluster: Cluster) -> act.Result:
        await cluster.rate.wait()
        api, name = cluster.api, entry.desired.connector
        if isinstance(action, act.SetState | act.Delete) and action.at_source:
            placement = entry.memory.placement
            api, name = self._source_api(entry), placement.name if placement else name
        match action:
            case act.Create(config, state):
                await api.create(name, config, state.value)
            case act.PutConfig(config):
                await api.put_config(name, config)
            case act.SetState(state):
                await api.set_state(name, state.value)
            case act.Restart(only_failed):
                await api.restart(name, include_tasks=True, only_failed=only_failed)
            case act.RestartTask(task):
                await api.restart_task(name, task)
            case act.Delete():
                await _delete(api, name)
            case _:
                raise AssertionError(action)
        return act.Done()

    def _tell(self, action: act.Action, entry: Entry, result: act.Result) -> None:
        owner = entry.desired.owner
        if isinstance(result, act.Failed):
            if isinstance(action, act.Restart | act.RestartTask):
                sentence = f"the restart was not carried out: {result.error}"
                if result.error.outcome_unknown:
                    sentence = f"it is not known whether the restart happened: {result.error}"
                self._reporter.tell(owner, "Warning", "RestartFailed", sentence)
            return
        told = _sentence(action, entry)
        if told is not None and isinstance(result, act.Done):
            reason, sentence = told
            logger.info("%s: %s", entry.desired.title, sentence)
            warns = reason in ("DriftCorrected", "NotRestarted")
            self._reporter.tell(owner, "Warning" if warns else "Normal", reason, sentence)


async def _delete(api: ConnectApi, name: str) -> None:
    try:
        await api.delete(name)
    except error.NotFoundError:
        return


def _verb(action: act.Action) -> str:
    """Give an action's name as words: `put config`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(action).__name__).lower()


def _sentence(action: act.Action, entry: Entry) -> tuple[str, str] | None:
    """Give the event of a transition: its reason and a sentence."""
    name = entry.desired.connector
    told: tuple[str, str] | None = None
    match action:
        case act.Create(_, state):
            told = "Created", f"created the connector {name}, {state}"
        case act.PutConfig(_, keys, drift):
            verb = "put right" if drift else "changed"
            told = "DriftCorrected" if drift else "Updated", f"{verb} {', '.join(keys)}"
        case act.SetState(state, at_source, drift):
            place = " at its former place" if at_source else ""
            told = "DriftCorrected" if drift else "StateChanged", f"asked for {state}{place}"
        case act.Restart(only_failed):
            parts = "the failed parts" if only_failed else "the connector and all its tasks"
            told = "Restarted", f"restarted {parts}"
        case act.RestartTask(task):
            told = "Restarted", f"restarted task {task}"
        case act.Delete(at_source):
            place = " at its former place" if at_source else ""
            told = "Deleted", f"deleted the connector {name}{place}"
        case act.MarkHandled("restart_task", nonce) if health.task_of(nonce) is None:
            told = "NotRestarted", f"{nonce!r} names no task; write NUMBER@ANYTHING"
        case act.ReleaseFinalizer(message) if message:
            told = "Released", f"let go of the connector {name}: {message}"
    return told


def is_known(wanted: str, plugins: tuple[PluginView, ...]) -> bool:
    """Tell whether a class is among the plugins: by full name, simple name or without its ending.

    Source: Apache Kafka's PluginUtils, prunedName.
    """
    for plugin in plugins:
        simple = plugin.plugin_class.rpartition(".")[2]
        if wanted in (plugin.plugin_class, simple, simple.removesuffix("Connector")):
            return True
    return False


def without_source(entry: Entry) -> None:
    """Forget what was seen at the former place: it was just changed."""
    entry.observed = replace(entry.observed, source=None)

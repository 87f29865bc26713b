"""The check as a whole: files in, a report out."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from weir_runtime.aio.scope import Scope
from weir_runtime.api.errors import ConfigError, ConnectError
from weir_runtime.app import connector_file, environment, jar
from weir_runtime.app.check import client, key, mode, offset_file, position, rest, topic
from weir_runtime.app.check.connector import Judge, repairs
from weir_runtime.app.check.finding import ConnectorFinding, Level, Remark, Report
from weir_runtime.app.check.look import Cluster, TopicLook, reached
from weir_runtime.app.connector_file import ConnectorFile
from weir_runtime.app.jar import Jars
from weir_runtime.config import properties
from weir_runtime.config.clients import layer
from weir_runtime.config.worker import DistributedConfig, WorkerConfig
from weir_runtime.herder.plugin import CatalogSettings, PluginCatalog
from weir_runtime.model.cluster import ClusterConfig
from weir_runtime.model.state import TargetState
from weir_runtime.plugins.registry import PluginRegistry
from weir_runtime.storage.offset_index import OffsetIndex
from weir_runtime.worker.describe import Describer
from weir_runtime.worker.launch import ProcessLauncher
from weir_runtime.worker.pipe import Launcher, Pipe
from weir_runtime.worker.protocol import ToParent
from weir_runtime.worker.remote import Remote

JARS_S = 30.0
"""How long jars are looked at."""

_END_S = 3.0

_NOT_LOOKED = Remark(Level.NOTE, "cluster", "not looked at: --offline")


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be checked; `mode` None lets the properties tell."""

    worker_file: Path
    connector_files: tuple[Path, ...] = ()
    mode: str | None = None
    offline: bool = False


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A connector, from the config topic or from a file."""

    name: str
    config: Mapping[str, str | None]
    state: TargetState
    tasks: int | None = None
    notes: tuple[str, ...] = ()


class _Executors:
    """The describe executors that were started, and whether they have ended."""

    def __init__(self, launcher: Launcher) -> None:
        self._launcher = launcher
        self._count = 0
        self._ended = asyncio.Event()
        self._ended.set()

    async def launch(self, name: str) -> Pipe:
        """Start an executor."""
        pipe = await self._launcher(name)
        self._count += 1
        self._ended.clear()
        return pipe

    def on_message(self, remote: Remote, message: ToParent) -> None:
        """Hear what an executor says, and leave it at that."""

    def on_ended(self, remote: Remote, cause: str) -> None:
        """Take note that an executor is gone."""
        self._count -= 1
        if not self._count:
            self._ended.set()

    async def wait_ended(self, timeout_s: float) -> None:
        """Wait for the end of all of them, for some time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._ended.wait()


async def examine(request: Request) -> Report:
    """Check a worker's file and the connectors it would run.

    Raises:
        ConfigError: a file cannot be read, or it does not tell its mode.
    """
    twice: list[Remark] = []
    given = properties.read(request.worker_file, lambda line, key: twice.append(_twice(line, key)))
    chosen, why = mode.told(given, request.mode)
    connectors = [connector_file.read(path) for path in request.connector_files]
    distributed = chosen == "distributed"
    keys, worker = key.examine(given, distributed=distributed)
    usable = key.without_problems(given, keys)
    config = key.try_parse(usable, distributed=distributed)
    folders = [] if config is None else config.plugin.folders
    jars = jar.look(folders, budget_s=JARS_S)
    report = Report(
        file=str(request.worker_file),
        mode=chosen,
        why_mode=why,
        keys=keys,
        worker=(*twice, *worker),
        environment=_environment(jars),
    )
    if config is None:
        text = "not looked at: the keys that are left make no worker"
        return replace(report, cluster=(Remark(Level.NOTE, "cluster", text),))
    client_id = f"{config.group_id or 'standalone'}-weir-check"
    if not config.client.is_embedded:
        report = replace(report, clients=client.examine(usable, client_id))
    async with _judging(config, jars) as judge:
        remarks = (*report.worker, *rest.examine(config, os.environ), *_converters(judge))
        report = replace(report, worker=remarks)
        return await _Whole(config, judge, client_id).examine(report, connectors, request)


def _twice(line: int, key: str) -> Remark:
    return Remark(Level.WARNING, key, f"line {line} sets it again; the earlier value is dropped")


def _environment(jars: Jars) -> tuple[Remark, ...]:
    found = [
        Remark(Level.NOTE, item.name, item.advice) for item in environment.variables(os.environ)
    ]
    if jars.count:
        more = "" if jars.complete else ", and more that were not looked at"
        text = f"{jars.count} jars{more}: they cannot be run here"
        found.append(Remark(Level.NOTE, "plugin.path", text))
    found += [
        Remark(Level.NOTE, item.class_name, f"a Java {item.kind} of {item.jar}")
        for item in jars.plugins
    ]
    return tuple(found)


def _converters(judge: Judge) -> list[Remark]:
    return [Remark(Level.WARNING, prefix, text) for prefix, text in judge.converters({}).items()]


@asynccontextmanager
async def _judging(config: WorkerConfig, jars: Jars) -> AsyncIterator[Judge]:
    registry = PluginRegistry.discover(config.plugin.folders)
    async with Scope() as scope:
        executors = _Executors(ProcessLauncher(scope))
        describer = Describer(scope, executors.launch, executors)
        settings = CatalogSettings(config.properties, config.overrides, config.group_id)
        catalog = PluginCatalog(registry, describer, settings)
        try:
            yield Judge(catalog, registry, config.overrides, jars)
        finally:
            describer.stop()
            await executors.wait_ended(_END_S)


class _Whole:
    """Cluster and connectors of one worker's config."""

    def __init__(self, config: WorkerConfig, judge: Judge, client_id: str) -> None:
        self._config = config
        self._judge = judge
        self._client_id = client_id
        self._offsets: OffsetIndex | None = None

    async def examine(
        self, report: Report, files: Sequence[ConnectorFile], request: Request
    ) -> Report:
        """Return the report with cluster and connectors."""
        if self._config.standalone is not None:
            remarks, self._offsets = offset_file.examine(self._config.standalone.offset_file)
            report = replace(report, offset_file=remarks)
        if request.offline:
            return await self._unseen(replace(report, cluster=(_NOT_LOOKED,)), files)
        if self._config.client.is_embedded:
            text = "memory:// starts an empty one with the worker"
            remark = Remark(Level.OK, "cluster", text)
            return await self._unseen(replace(report, cluster=(remark,)), files)
        try:
            async with reached(self._config.properties, self._client_id) as cluster:
                return await self._seen(report, files, cluster)
        except ConfigError as error:
            remark = Remark(Level.PROBLEM, "cluster", str(error))
        except ConnectError as error:
            remark = Remark(Level.UNKNOWN, "cluster", f"could not be looked at: {error}")
        return await self._unseen(replace(report, cluster=(remark,)), files)

    async def _unseen(self, report: Report, files: Sequence[ConnectorFile]) -> Report:
        if not files and self._config.distributed is not None:
            return replace(report, connectors=() if self._config.client.is_embedded else None)
        found = [await self._connector(item, None) for item in map(_of_file, files)]
        return replace(report, connectors=tuple(found))

    async def _seen(
        self, report: Report, files: Sequence[ConnectorFile], cluster: Cluster
    ) -> Report:
        identity, brokers = await cluster.identity()
        servers = self._config.properties["bootstrap.servers"]
        count = "1 broker" if brokers == 1 else f"{brokers} brokers"
        remark = Remark(Level.OK, servers, f"answers: cluster {identity}, {count}")
        report = replace(report, cluster=(remark,))
        wanted: list[_Wanted] | None = [_of_file(item) for item in files]
        if self._config.distributed is not None:
            report, snapshot = await self._group(
                report, self._config.distributed, cluster=cluster, brokers=brokers
            )
            if not files:
                wanted = None if snapshot is None else _of_topic(snapshot)
        if wanted is None:
            return report
        found = [await self._connector(item, cluster) for item in wanted]
        return replace(report, connectors=tuple(found))

    async def _group(
        self, report: Report, config: DistributedConfig, *, cluster: Cluster, brokers: int
    ) -> tuple[Report, ClusterConfig | None]:
        topics = config.topics
        looks: dict[str, TopicLook] = {}
        looks["config"], snapshot = await cluster.config(topics["config"])
        looks["offset"], self._offsets = await cluster.offsets(topics["offset"])
        looks["status"] = await cluster.statuses(topics["status"])
        found = [
            topic.finding(store, topics[store], look, brokers) for store, look in looks.items()
        ]
        report = replace(report, topics=tuple(found))
        name = config.group.group_id
        try:
            group = topic.group(name, await cluster.group(name))
            report = replace(report, group=group)
        except ConnectError as error:
            remark = Remark(Level.UNKNOWN, "group", f"could not be looked at: {error}")
            report = replace(report, cluster=(*report.cluster, remark))
        if looks["config"].partitions is None and looks["config"].unseen is None:
            snapshot = ClusterConfig()
        return report, snapshot

    async def _connector(self, wanted: _Wanted, cluster: Cluster | None) -> ConnectorFinding:
        found = await self._judge.examine(wanted.name, wanted.config, wanted.state)
        notes = [*wanted.notes, *found.notes]
        offsets = None
        if found.kind == "sink" and cluster is not None:
            offsets = await self._sink_offsets(wanted, cluster, notes)
        elif found.kind != "sink" and self._offsets is not None:
            pairs = self._offsets.pairs(wanted.name)
            offsets = len(pairs)
            if found.plugin == position.CLASS:
                notes += position.notes(pairs)
            doubled = self._offsets.doubled(wanted.name)
            if doubled:
                notes.append(f"{doubled} of its offsets stand in several forms: the newest counts")
        return replace(found, offsets=offsets, tasks=wanted.tasks, notes=tuple(notes))

    async def _sink_offsets(
        self, wanted: _Wanted, cluster: Cluster, notes: list[str]
    ) -> int | None:
        group = wanted.config.get("consumer.override.group.id")
        group = group or self._config.properties.get("consumer.group.id")
        try:
            return await cluster.sink_offsets(group or layer.sink_group(wanted.name))
        except ConnectError as error:
            notes.append(f"its offsets could not be looked at: {error}")
            return None


def _of_file(item: ConnectorFile) -> _Wanted:
    return _Wanted(item.name, item.config, item.initial_state or TargetState.STARTED)


def _of_topic(snapshot: ClusterConfig) -> list[_Wanted]:
    return [
        _Wanted(
            name,
            config,
            snapshot.target_state(name),
            len(snapshot.task_ids(name)),
            tuple(repairs(name, snapshot)),
        )
        for name, config in sorted(snapshot.connectors.items())
    ]

"""`weirctl describe`: everything about a connector on one page, secrets hidden."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from weir_operator.cli.weirctl import document, table
from weir_operator.cli.weirctl.connector.advice import advice
from weir_operator.cli.weirctl.connector.list import entry_of
from weir_operator.cli.weirctl.connector.select import Selection, pick
from weir_operator.cli.weirctl.connector.trace import cause
from weir_operator.cli.weirctl.mask import shown
from weir_operator.cli.weirctl.output import say
from weir_operator.cli.weirctl.settings import Settings
from weir_operator.cli.weirctl.worker import opened
from weir_operator.client.detail import DetailConnect
from weir_operator.client.error import ConnectApiError
from weir_operator.client.target import ClusterTarget
from weir_operator.client.view import ConnectorView, KeyErrors, OffsetView, TaskConfigView

T = TypeVar("T")
MOST_OFFSETS = 10


@dataclass(frozen=True, slots=True)
class Page:
    """A connector with all that could be found out about it; `lacks` says what could not."""

    view: ConnectorView
    passwords: frozenset[str] = frozenset()
    known_class: bool = True
    errors: tuple[KeyErrors, ...] = ()
    topics: tuple[str, ...] = ()
    offsets: tuple[OffsetView, ...] = ()
    task_configs: tuple[TaskConfigView, ...] = ()
    lacks: tuple[str, ...] = field(default=())

    def config(self, config: Any) -> dict[str, Any]:
        """Give a config as it may be shown."""
        return {key: shown(key, value, self.passwords) for key, value in sorted(config.items())}

    def advice(self) -> list[str]:
        """Say what may be done next."""
        return advice(self.view, self.errors, known_class=self.known_class)


async def describe(
    settings: Settings,
    target: ClusterTarget,
    chosen: Selection,
    *,
    trace: bool,
    tasks_config: bool,
) -> int:
    """Show one page for each connector."""
    async with opened(settings, target) as api:
        views = await pick(api, chosen)
        pages = [await _page(api, view, tasks_config=tasks_config) for view in views]
    if settings.is_data:
        say(document.dump([_document(page) for page in pages], settings.output))
    elif not pages:
        say("there is no such connector")
    else:
        texts = ("\n".join(_lines(page, trace=trace)) for page in pages)
        say("\n\n".join(texts))
    return 0


async def _page(api: DetailConnect, view: ConnectorView, *, tasks_config: bool) -> Page:
    lacks: list[str] = []

    async def tried(call: Awaitable[T], what: str, otherwise: T) -> T:
        try:
            return await call
        except ConnectApiError as problem:
            lacks.append(f"{what}: {problem}")
            return otherwise

    kind = view.config.get("connector.class", "")
    plugins, topics, offsets, configs = await asyncio.gather(
        tried(api.plugins(), "plugins", ()),
        tried(api.topics(view.name), "topics", ()),
        tried(api.offsets(view.name), "offsets", ()),
        tried(api.task_configs(view.name), "tasks' configs", ()) if tasks_config else _nothing(),
    )
    known = not plugins or any(_is_called(plugin.plugin_class, kind) for plugin in plugins)
    errors: tuple[KeyErrors, ...] = ()
    passwords: frozenset[str] = frozenset()
    if known:
        try:
            judged = await api.validate(kind, view.config)
            errors, passwords = judged.errors, judged.password_keys
        except ConnectApiError as problem:
            lacks.append(f"the check of its config: {problem}")
    return Page(view, passwords, known, errors, topics, offsets, configs, tuple(lacks))


async def _nothing() -> tuple[TaskConfigView, ...]:
    return ()


def _is_called(plugin: str, name: str) -> bool:
    short = plugin.rpartition(".")[2]
    return name in (plugin, short, short.removesuffix("Connector"))


def _document(page: Page) -> dict[str, Any]:
    found = {
        **entry_of(page.view),
        "config": page.config(page.view.config),
        "topics": list(page.topics),
        "offsets": [{"partition": one.partition, "offset": one.offset} for one in page.offsets],
    }
    if page.task_configs:
        found["tasksConfig"] = {one.id: page.config(one.config) for one in page.task_configs}
    if page.errors:
        found["configErrors"] = {one.key: list(one.errors) for one in page.errors}
    return {**found, "advice": page.advice()}


def _lines(page: Page, *, trace: bool) -> list[str]:
    view, status = page.view, page.view.status
    where = f" on {status.worker_id}" if status is not None and status.worker_id else ""
    state = status.state if status is not None else "no status yet"
    lines = [
        f"Name:   {view.name}",
        f"Type:   {view.type}",
        f"Class:  {view.config.get('connector.class', '-')}",
        f"State:  {state}{where}",
    ]
    if status is not None and status.trace:
        lines += _trace(status.trace, "        ", whole=trace)
    lines += ["Config:", *_pairs(page.config(view.config))]
    lines += _tasks(page, trace=trace)
    lines += _topics(page.topics)
    lines += _offsets(page.offsets)
    todo = [*page.advice(), *(f"not known: {lack}" for lack in page.lacks)]
    lines += ["To do:", *(f"  {line}" for line in todo)] if todo else []
    return [table.clean(line) for text in lines for line in text.splitlines() or [""]]


def _pairs(config: dict[str, Any], indent: str = "  ") -> list[str]:
    lines = []
    for key, value in config.items():
        first, *more = str(value).splitlines() or [""]
        lines.append(f"{indent}{key}: {first}".rstrip())
        lines += [f"{indent}    {line}" for line in more]
    return lines


def _trace(trace: str, indent: str, *, whole: bool) -> list[str]:
    lines = trace.expandtabs(4).splitlines() if whole else [cause(trace)]
    return [f"{indent}{line}" for line in lines]


def _tasks(page: Page, *, trace: bool) -> list[str]:
    status = page.view.status
    tasks = status.tasks if status is not None else ()
    running = sum(task.state == "RUNNING" for task in tasks)
    lines = [f"Tasks:  {running} of {len(tasks)} run"]
    configs = {one.id: one.config for one in page.task_configs}
    for task in tasks:
        lines.append(f"  {task.id}  {task.state}  {task.worker_id}".rstrip())
        if task.trace:
            lines += _trace(task.trace, "     ", whole=trace)
        if task.id in configs:
            lines += _pairs(page.config(configs[task.id]), "     ")
    return lines


def _topics(topics: Sequence[str]) -> list[str]:
    return ["Topics:", *(f"  {topic}" for topic in topics)] if topics else ["Topics: none yet"]


def _offsets(offsets: Sequence[OffsetView]) -> list[str]:
    if not offsets:
        return ["Offsets: none yet"]
    lines = [
        f"  {document.line(one.partition)}  {document.line(one.offset)}"
        for one in offsets[:MOST_OFFSETS]
    ]
    more = len(offsets) - MOST_OFFSETS
    return ["Offsets:", *lines, *([f"  and {more} more: weirctl offsets get"] if more > 0 else [])]

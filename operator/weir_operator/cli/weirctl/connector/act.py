"""Verbs on connectors: asked of each, then waited for together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from weir_operator.cli.weirctl import document, table
from weir_operator.cli.weirctl.connector.verdict import Judge, Look, Verdict, is_moving, state_words
from weir_operator.cli.weirctl.output import say, tell_error
from weir_operator.cli.weirctl.settings import Settings
from weir_operator.cli.weirctl.worker import opened, patiently
from weir_operator.client.detail import DetailConnect
from weir_operator.client.error import (
    ConnectApiError,
    NotFoundError,
    RebalanceError,
    UnavailableError,
)
from weir_operator.client.target import ClusterTarget
from weir_operator.client.view import ConnectorView

AS_ASKED, DIFFERS, ERROR = 0, 1, 2
AT_ONCE = 8
_PAUSES_S = (0.1, 0.2, 0.3, 0.5, 1.0)

Call = Callable[[DetailConnect, ConnectorView], Awaitable[None]]


@dataclass(slots=True)
class Result:
    """What became of one connector."""

    name: str
    result: str
    message: str = ""
    code: int = AS_ASKED

    def shown(self) -> dict[str, str]:
        """Give it as a document."""
        found = {"name": self.name, "result": self.result, "message": self.message}
        return {key: value for key, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Verb:
    """What is asked of each connector, and how one sees that it is so.

    `needless` gives the result for a connector that nothing is to be done with.
    """

    name: str
    past: str
    call: Call
    judge: Judge
    needless: Callable[[ConnectorView], Result | None] = lambda _: None


@dataclass(slots=True)
class Run:
    """One verb over many connectors."""

    settings: Settings
    verb: Verb
    waits: bool = True
    results: list[Result] = field(default_factory=list)
    begun: dict[str, float] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)

    def end(self, result: Result) -> None:
        """Keep a result and tell of it."""
        self.results.append(result)
        if self.settings.is_data:
            return
        lines = [f"{result.name}: {line}" for line in result.message.splitlines()]
        if result.code == AS_ASKED:
            say(table.clean(lines[0] if lines else f"{result.name}: {result.result}"))
        else:
            tell_error("\n".join(table.clean(line) for line in lines))


async def act(
    settings: Settings,
    target: ClusterTarget,
    verb: Verb,
    views: Sequence[ConnectorView],
    *,
    waits: bool,
) -> int:
    """Do one thing with all, wait until it is so, tell of each; give the exit code."""
    run = Run(settings, verb, waits)
    async with opened(settings, target) as api:
        await _ask_all(run, api, views)
        if run.waits:
            await _wait(run, api)
    if settings.is_data:
        order = {view.name: number for number, view in enumerate(views)}
        shown = [one.shown() for one in sorted(run.results, key=lambda one: order[one.name])]
        say(document.dump(shown, settings.output))
    return max((one.code for one in run.results), default=AS_ASKED)


async def _ask_all(run: Run, api: DetailConnect, views: Sequence[ConnectorView]) -> None:
    room = asyncio.Semaphore(AT_ONCE)

    async def ask(view: ConnectorView) -> None:
        async with room:
            await _ask(run, api, view)

    async with asyncio.TaskGroup() as group:
        for view in views:
            group.create_task(ask(view), name=view.name)


async def _ask(run: Run, api: DetailConnect, view: ConnectorView) -> None:
    needless = run.verb.needless(view)
    if needless is not None:
        run.end(needless)
        return
    try:
        await patiently(lambda: run.verb.call(api, view), run.settings.timeout)
    except ConnectApiError as problem:
        if not (run.verb.name == "delete" and isinstance(problem, NotFoundError)):
            message = f"it was not {run.verb.past}: {problem}"
            run.end(Result(view.name, "error", message, ERROR))
            return
    if run.waits:
        run.begun[view.name] = asyncio.get_running_loop().time()
    else:
        run.end(Result(view.name, f"asked to {run.verb.name}"))


async def _wait(run: Run, api: DetailConnect) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + run.settings.timeout
    number = 0
    found: Mapping[str, ConnectorView] = {}
    while run.begun:
        problem: ConnectApiError | None = None
        try:
            found = await _read(api, run.begun)
            _judge_all(run, found, loop.time())
        except (RebalanceError, UnavailableError) as raised:
            problem = raised
        pause = _PAUSES_S[min(number, len(_PAUSES_S) - 1)]
        number += 1
        if run.begun and loop.time() + pause > end:
            _too_late(run, found, problem)
            return
        await asyncio.sleep(pause if run.begun else 0)


async def _read(api: DetailConnect, names: Mapping[str, Any]) -> Mapping[str, ConnectorView]:
    """Read all in one call; what the list leaves out and is there all the same has no status."""
    found = dict(await api.read())
    if names.keys() - found.keys():
        for name in names.keys() & set(await api.names()):
            found.setdefault(name, ConnectorView(name, {}))
    return found


def _judge_all(run: Run, found: Mapping[str, ConnectorView], now: float) -> None:
    for name, begun in list(run.begun.items()):
        view = found.get(name)
        look = Look(view, now - begun, name in run.moved)
        verdict = run.verb.judge(look)
        if is_moving(view):
            run.moved.add(name)
        if verdict is not None:
            del run.begun[name]
            run.end(_result(run.verb, name, verdict))


def _result(verb: Verb, name: str, verdict: Verdict) -> Result:
    if not verdict.problem:
        return Result(name, verb.past)
    return Result(name, "failed", f"{verb.past}, but {verdict.problem}", DIFFERS)


def _too_late(
    run: Run, found: Mapping[str, ConnectorView], problem: ConnectApiError | None
) -> None:
    for name in list(run.begun):
        now = str(problem) if problem is not None else f"it is {state_words(found.get(name))}"
        text = f"asked to {run.verb.name}, and after {run.settings.timeout:g} s {now}"
        run.end(Result(name, "not in time", text, DIFFERS))
    run.begun.clear()

"""Connectors that run and have no file: found, shown, asked about, deleted."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from weir_operator.cli.weirctl.folder.session import counted
from weir_operator.cli.weirctl.output import say
from weir_operator.cli.weirctl.worker import connect, patiently
from weir_operator.client.detail import DetailConnect
from weir_operator.client.error import ConnectApiError, NotFoundError
from weir_operator.client.target import ClusterTarget
from weir_operator.observe.errors import OperatorError
from weir_operator.plan.model import Desired

LEAST = 10
"""So many may go without `--prune-max`, however few there are."""
_AT_ONCE = 8
_LOOK_S = 0.25


@dataclass(frozen=True, slots=True)
class Rule:
    """Which connectors may go: those whose whole name matches, `most` of a cluster's."""

    matching: re.Pattern[str] | None = None
    most: int | None = None

    @classmethod
    def of(cls, matching: str | None, most: int | None) -> Rule:
        """Read the rule from what was given.

        Raises:
            OperatorError: The expression is none.
        """
        try:
            return cls(re.compile(matching) if matching is not None else None, most)
        except re.error as problem:
            message = f"--prune-matching {matching!r} is no regular expression: {problem}"
            raise OperatorError(message) from problem


@dataclass(frozen=True, slots=True)
class Stray:
    """A connector without a file."""

    target: ClusterTarget
    name: str


async def strays(desires: Sequence[Desired], rule: Rule, *, timeout_s: float) -> list[Stray]:
    """Find what runs on the clusters of the files and is in none of them.

    Raises:
        OperatorError: A cluster cannot be read whole, or more would go than is allowed.
    """
    targets = {desired.target.url: desired.target for desired in desires if desired.target}
    found: list[Stray] = []
    try:
        async with asyncio.timeout(timeout_s):
            for url, target in targets.items():
                kept = {desired.connector for desired in desires if desired.key.url == url}
                found.extend(await _of_one(target, kept, rule))
    except TimeoutError as problem:
        raise OperatorError(f"nothing was pruned: no list within {timeout_s:g} s") from problem
    return found


async def _of_one(target: ClusterTarget, kept: set[str], rule: Rule) -> list[Stray]:
    api = connect(target)
    try:
        names = await api.names()
    except ConnectApiError as problem:
        raise OperatorError(f"nothing was pruned: {problem}") from problem
    finally:
        await api.close()
    gone = chosen(names, kept, rule)
    refused = excess(len(gone), len(names), rule)
    if refused:
        raise OperatorError(f"{target.url}: {refused}")
    return [Stray(target, name) for name in gone]


def chosen(names: Sequence[str], kept: set[str], rule: Rule) -> list[str]:
    """Give the names that have no file and that the rule is for."""
    pattern = rule.matching
    return [
        name
        for name in sorted(names)
        if name not in kept and (pattern is None or pattern.fullmatch(name))
    ]


def excess(gone: int, running: int, rule: Rule) -> str:
    """Say why so many may not go; empty if they may."""
    told = f"--prune would delete {gone} of {counted(running)}"
    if rule.most is not None:
        return f"{told}, more than --prune-max {rule.most}" if gone > rule.most else ""
    if gone <= LEAST or gone * 2 <= running:
        return ""
    return f"{told}, more than half; if that is meant, give --prune-max {gone}"


def agreed(found: Sequence[Stray], *, yes: bool) -> bool:
    """Ask whether they may go, on a terminal.

    Raises:
        OperatorError: There is nobody to ask.
        KeyboardInterrupt: Ctrl-C was the answer.
    """
    if not found or yes:
        return True
    terminals = all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))
    if not terminals:
        raise OperatorError(
            f"--prune would delete {counted(len(found))} and there is nobody to ask;"
            " look at diff --prune, then give --yes"
        )
    verb = "has" if len(found) == 1 else "have"
    sys.stderr.write(f"Delete {counted(len(found))} that {verb} no file? [y/N] ")
    sys.stderr.flush()
    # the loop would hold Ctrl-C back until somebody presses return
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return sys.stdin.readline().strip().lower() in ("y", "yes")
    finally:
        signal.signal(signal.SIGINT, former)


async def delete(
    found: Sequence[Stray], on_done: Callable[[Stray], None], *, timeout_s: float
) -> list[tuple[Stray, str]]:
    """Delete them and wait until they are gone; give those that could not be, and why."""
    failed: list[tuple[Stray, str]] = []
    for url in dict.fromkeys(stray.target.url for stray in found):
        mine = [stray for stray in found if stray.target.url == url]
        api = connect(mine[0].target)
        try:
            failed.extend(await _delete_all(api, mine, on_done, timeout_s))
        finally:
            await api.close()
    return failed


async def _delete_all(
    api: DetailConnect, mine: Sequence[Stray], on_done: Callable[[Stray], None], timeout_s: float
) -> list[tuple[Stray, str]]:
    slots = asyncio.Semaphore(_AT_ONCE)
    failed: list[tuple[Stray, str]] = []

    async def one(stray: Stray) -> None:
        async with slots:
            try:
                await patiently(lambda: api.delete(stray.name), timeout_s)
            except NotFoundError:
                return
            except ConnectApiError as problem:
                failed.append((stray, str(problem)))
                return
            on_done(stray)

    async with asyncio.TaskGroup() as group:
        for stray in mine:
            group.create_task(one(stray), name=f"delete {stray.name}")
    if await _are_gone(api, {one.name for one in mine} - {one.name for one, _ in failed}):
        return failed
    return [*failed, (mine[0], "Connect accepted the deletion and lists it still")]


async def _are_gone(api: DetailConnect, names: set[str]) -> bool:
    with contextlib.suppress(TimeoutError, ConnectApiError):
        async with asyncio.timeout(10.0):
            while names & set(await api.names()):  # noqa: ASYNC110 - it is elsewhere
                await asyncio.sleep(_LOOK_S)
        return True
    return False


def show(found: Sequence[Stray]) -> None:
    """Say which connectors would go."""
    for stray in found:
        say(f"- {stray.name}  {stray.target.url}")

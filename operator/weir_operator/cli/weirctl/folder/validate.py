"""`weirctl validate`: whether files are right, by themselves and in the workers' eyes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from weir_operator.cli.weirctl import table
from weir_operator.cli.weirctl.folder import progress
from weir_operator.cli.weirctl.folder.judge import CLASS, Judge, Verdict
from weir_operator.cli.weirctl.folder.session import counted
from weir_operator.client.error import ConnectApiError
from weir_operator.client.view import ConnectorView
from weir_operator.plan import kept
from weir_operator.sources.document import Problem
from weir_operator.sources.folder import Located

VALID, INVALID, UNKNOWN = 0, 1, 2
_WORDS = {VALID: "valid", INVALID: "invalid", UNKNOWN: "not judged"}


@dataclass(slots=True)
class Checked:
    """One resource and what is wrong with it."""

    located: Located
    code: int = VALID
    problems: list[Problem] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        """Give it for programs."""
        desired, document = self.located.desired, self.located.document
        return {
            "name": str(desired.owner),
            "connector": desired.connector,
            "url": desired.key.url or None,
            "file": document.place,
            "line": document.line,
            "result": _WORDS[self.code],
            "errors": [_data(problem) for problem in self.problems],
        }


def _data(problem: Problem) -> dict[str, Any]:
    return {"file": problem.place, "line": problem.line, "message": problem.message}


async def validate(
    found: Sequence[Located], problems: Sequence[Problem], *, timeout_s: float, as_json: bool
) -> tuple[str, int]:
    """Let the workers judge what could be read; give the text and the exit code."""
    checked = [Checked(located) for located in found]
    try:
        async with asyncio.timeout(timeout_s):
            await _judge(checked)
    except TimeoutError:
        for one in checked:
            if one.code == VALID and not one.problems:
                _add(one, UNKNOWN, one.located.document.line, f"not judged within {timeout_s:g} s")
    return told(checked, problems, as_json=as_json)


def told(
    checked: Sequence[Checked], problems: Sequence[Problem], *, as_json: bool
) -> tuple[str, int]:
    """Give the text and the exit code of what was found."""
    codes = {one.code for one in checked} | ({INVALID} if problems else set())
    code = max(codes, default=VALID)
    if as_json:
        body = {
            "valid": code == VALID,
            "connectors": [one.as_data() for one in checked],
            "problems": [_data(problem) for problem in problems],
        }
        return json.dumps(body, indent=2, ensure_ascii=False), code
    everything = [*problems, *(problem for one in checked for problem in one.problems)]
    lines = [str(problem) for problem in everything]
    counts = {word: sum(_WORDS[one.code] == word for one in checked) for word in _WORDS.values()}
    words = [f"{count} {word}" for word, count in counts.items() if count or word == "valid"]
    if problems:
        words.append(f"{len(problems)} mistake{'' if len(problems) == 1 else 's'} in the files")
    lines.append(f"{counted(len(checked))}: {', '.join(words)}")
    return "\n".join(table.clean(line) for line in lines), code


async def _judge(checked: Sequence[Checked]) -> None:
    done = 0
    with progress.shown(len(checked), "judged") as bar:
        async with Judge() as judge:
            running = await _running(checked, judge)

            async def one(item: Checked) -> None:
                nonlocal done
                await _of_one(item, judge, running)
                done += 1
                bar.at(done)

            async with asyncio.TaskGroup() as group:
                for item in checked:
                    group.create_task(one(item), name=f"judge {item.located.place}")


async def _running(
    checked: Sequence[Checked], judge: Judge
) -> dict[str, Mapping[str, ConnectorView]]:
    """Read the clusters where a resource keeps what they have, by URL."""
    targets = {one.located.desired.target for one in checked if one.located.desired.keep}
    found: dict[str, Mapping[str, ConnectorView]] = {}
    for target in targets:
        if target is not None:
            try:
                found[target.url] = await judge.api(target).read()
            except ConnectApiError:
                continue  # what is kept cannot be had: the verdict says why
    return found


async def _of_one(
    item: Checked, judge: Judge, running: Mapping[str, Mapping[str, ConnectorView]]
) -> None:
    located = item.located
    desired = located.desired
    if desired.keep and desired.key.url in running:
        view = running[desired.key.url].get(desired.connector)
        lack = kept.lack(desired, view)
        if lack:
            _add(item, INVALID, located.document.line_of(("spec", "keepKeys")), lack)
            return
        desired = kept.laid_over(desired, view)
    _take(item, await judge.of(desired))


def _take(item: Checked, verdict: Verdict) -> None:
    code = INVALID if verdict.is_known else UNKNOWN
    for key, text in verdict.errors:
        line = item.located.line_of_key(key) if key else item.located.document.line
        _add(item, code, line, text if key in ("", CLASS) else f"{key}: {text}")


def _add(item: Checked, code: int, line: int, message: str) -> None:
    item.code = max(item.code, code)
    item.problems.append(Problem(item.located.document.place, line, message))

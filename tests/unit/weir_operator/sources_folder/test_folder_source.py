"""A folder as a source: what changes in it."""

import asyncio
from collections.abc import Sequence

from weir_operator.client.target import ClusterTarget
from weir_operator.controller.ports import Gone, Present
from weir_operator.plan.model import Desired, Owner
from weir_operator.sources.document import Problem
from weir_operator.sources.folder import FolderError
from weir_operator.sources.folder_source import FolderSource


class InstantClock:
    def monotonic(self) -> float:
        return 0.0

    def wall(self) -> float:
        return 0.0

    async def wait(self, event: asyncio.Event, until: float | None) -> bool:
        await asyncio.sleep(0)
        return event.is_set()


def desired(name: str, topic: str = "t") -> Desired:
    owner = Owner("", name, f"/{name}")
    return Desired(owner, ClusterTarget("http://c"), name, "F", {"name": name, "topic": topic})


async def test_changes_are_new_generations_and_missing_files_are_gone() -> None:
    problem = FolderError([Problem("a.yaml", 1, "no")])
    looks: list[Sequence[Desired] | FolderError] = [
        [desired("a"), desired("b")],
        [desired("a"), desired("b")],
        [desired("a", "u"), desired("b")],
        problem,
        problem,
        [desired("a", "u"), desired("c")],
        [],
    ]
    told: list[FolderError] = []

    def load() -> Sequence[Desired]:
        look = looks.pop(0)
        if isinstance(look, FolderError):
            raise look
        return look

    source = FolderSource(load, on_problem=told.append, clock=InstantClock())
    assert [one.connector for one in await source.list()] == ["a", "b"]
    changes = source.changes()
    first = await anext(changes)
    assert isinstance(first, Present)
    assert (first.desired.connector, first.desired.generation) == ("a", 2)
    assert await anext(changes) == Gone("/b")
    third = await anext(changes)
    assert isinstance(third, Present)
    assert (third.desired.connector, third.desired.generation) == ("c", 1)
    assert told == [problem]

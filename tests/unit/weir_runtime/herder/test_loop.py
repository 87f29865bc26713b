from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from weir_runtime.aio.scope import Scope
from weir_runtime.herder import action, event
from weir_runtime.herder.loop import Loop
from weir_runtime.herder.state import HerderState, Ownership
from weir_runtime.model.cluster import ClusterConfig

pytestmark = pytest.mark.anyio

OWNED = event.OwnershipChanged(
    Ownership(everything=True), ClusterConfig(connectors={"c": {"name": "c"}})
)


class Performer:
    def __init__(self) -> None:
        self.actions: list[action.Action] = []
        self.breaks = False

    def perform(self, what: action.Action) -> None:
        if self.breaks:
            raise ZeroDivisionError
        self.actions.append(what)


@pytest.fixture
async def loop() -> AsyncIterator[Any]:
    loop, performer = Loop(HerderState("w:1")), Performer()
    async with Scope() as scope:
        scope.start(loop.run(performer), name="loop")
        yield loop, performer


async def test_a_turn_waits_for_what_was_sent_before(loop: Any) -> None:
    herder, performer = loop
    herder.send(OWNED)
    await herder.turn()
    assert "c" in herder.state.parts
    assert [type(item).__name__ for item in performer.actions] == ["PutStatus", "StartConnector"]


async def test_a_waiter_is_told_when_its_condition_holds(loop: Any) -> None:
    herder, _ = loop
    herder.send(OWNED)
    assert await herder.wait_until(lambda state: "c" in state.parts, 1)


async def test_a_waiter_gives_up_in_time(loop: Any) -> None:
    assert not await loop[0].wait_until(lambda state: "c" in state.parts, 0.01)


async def test_an_action_that_raises_does_not_end_the_loop(
    loop: Any, caplog: pytest.LogCaptureFixture
) -> None:
    herder, performer = loop
    performer.breaks = True
    with caplog.at_level(logging.ERROR):
        herder.send(OWNED)
        await herder.turn()
    assert "Event could not be handled" in caplog.text
    performer.breaks = False
    await herder.turn()

from __future__ import annotations

import asyncio

from weir_runtime.herder.stage import Stage


class Clock:
    def __init__(self) -> None:
        self.at_ms = 1_700_000_000_000

    def now_ms(self) -> int:
        self.at_ms += 1000
        return self.at_ms

    def monotonic(self) -> float:
        return self.at_ms / 1000

    async def sleep(self, duration_s: float) -> None:
        raise AssertionError


def test_nothing_is_said_before_anything_was_done() -> None:
    assert Stage(Clock()).sentence() == ""


async def test_of_stages_beside_each_other_the_oldest_is_named_with_its_beginning() -> None:
    stage, begun, over = Stage(Clock()), asyncio.Barrier(3), asyncio.Event()

    async def run(text: str) -> None:
        with stage.during(text):
            await begun.wait()
            await over.wait()

    async with asyncio.TaskGroup() as group:
        group.create_task(run("starting the connector"))
        group.create_task(run("shutting down"))
        await begun.wait()
        assert stage.sentence() == (
            "The worker is currently starting the connector, which began at "
            "2023-11-14T22:13:21.000Z."
        )
        over.set()


def test_of_stages_within_each_other_the_innermost_is_named() -> None:
    stage = Stage(Clock())
    with stage.during("validating connector configuration"):
        with stage.during("performing multi-property validation for the connector"):
            assert stage.sentence() == (
                "The worker is currently performing multi-property validation for the connector, "
                "which began at 2023-11-14T22:13:22.000Z."
            )
        assert "currently validating connector configuration" in stage.sentence()


def test_the_last_stage_is_named_with_both_times() -> None:
    stage = Stage(Clock())
    with stage.during("shutting down"):
        pass
    assert stage.sentence() == (
        "The last operation the worker completed was shutting down, which began at "
        "2023-11-14T22:13:21.000Z and completed at 2023-11-14T22:13:22.000Z."
    )

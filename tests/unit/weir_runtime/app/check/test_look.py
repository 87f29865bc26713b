from __future__ import annotations

import asyncio
from typing import Any

import pytest

from weir_runtime.aio.scope import Scope
from weir_runtime.api.errors import RetriableError
from weir_runtime.app.check import look
from weir_runtime.kafka.control.connection import Connection

PROPERTIES = {"bootstrap.servers": "127.0.0.1:1"}


async def test_an_error_while_looking_comes_out_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    async def started(_: Connection) -> None:
        return

    monkeypatch.setattr(Connection, "start", started)
    with pytest.raises(RetriableError, match="gone"):
        async with look.reached(PROPERTIES, "id"):
            raise RetriableError("gone")


async def test_a_silent_broker_costs_no_more_than_the_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def silent(_: Connection) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Connection, "start", silent)
    monkeypatch.setattr(look, "REACH_S", 0.01)
    with pytest.raises(RetriableError, match=r"127\.0\.0\.1:1 answers within 0\.01 s"):
        async with look.reached(PROPERTIES, "id"):
            pytest.fail("it is not reached")


async def test_a_log_that_is_looked_at_cannot_be_written() -> None:
    connection: Any = None
    async with Scope() as scope:
        log = look.ReadLog(
            connection, "configs", scope=scope, look=look.TopicLook(), decode=lambda *_: None
        )
        with pytest.raises(AssertionError, match="a check writes nothing to configs"):
            await log.append([(b"k", b"v")], timeout_s=1)

"""What REST puts up with, from the worker's keys."""

import asyncio
from http import HTTPStatus
from typing import Any

import pytest

from weir_runtime.app import limit
from weir_runtime.config.worker import WorkerConfig
from weir_runtime.rest.call import Call
from weir_runtime.rest.endpoint import root
from weir_runtime.rest.settings import Settings


async def test_an_unhealthy_worker_says_what_it_is_busy_with(
    whole: Any, worker_properties: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {**worker_properties, "rest.health.timeout.ms": "50"}
    config = WorkerConfig.parse(given, distributed=False)
    herder = whole.built.herder
    monkeypatch.setattr(herder, "_health_timeout_s", 0.05)
    monkeypatch.setattr(herder._parts.loop, "turn", asyncio.Event().wait)
    call = Call(
        herder=herder,
        settings=limit.limited(Settings(), config, None),
        base_url="",
        headers={},
        params={},
        query={},
        describe=bytes,
    )
    with herder._parts.stage.during("counting sheep"):
        reply = await root.health(call)
    assert reply.status == HTTPStatus.INTERNAL_SERVER_ERROR
    assert reply.body["message"].startswith(f"{root.UNHEALTHY.message} The worker is currently ")

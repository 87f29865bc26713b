"""Clients that mean no good against a real worker: they are cut, and others are served."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import abuse
import witness
import worker_process

pytestmark = [pytest.mark.slow]

PATH = "/connectors/ticks/status"
FELT_MS = 2000
"""Generous: CI's machines have two cores, and the abusers run on them too."""

TOGETHER = tuple(item for item in abuse.SLOW if item.name != "thousand connections")


@pytest.fixture(scope="module")
def bothered(
    tmp_path_factory: pytest.TempPathFactory, free_port_of: Any
) -> Iterator[worker_process.WorkerProcess]:
    """Give a worker on an embedded broker, with a pipeline that flows."""
    folder, port = tmp_path_factory.mktemp("abuse"), free_port_of(1)
    file = worker_process.write_properties(
        folder / "worker.properties",
        {
            "bootstrap.servers": "memory://",
            "offset.storage.file.filename": str(folder / "offsets"),
            "key.converter": worker_process.STRING,
            "value.converter": worker_process.JSON,
            "listeners": f"http://127.0.0.1:{port}",
        },
    )
    made = worker_process.WorkerProcess(["standalone", str(file)], port, folder / "worker.log")
    made.start()
    made.put(
        "ticks",
        {
            "connector.class": "weir.Datagen",
            "topic": "ticks",
            "fields": '{"id": {"type": "sequence"}}',
            "rate": "1000",
        },
    )
    made.put("lines", sink(folder / "out.txt"))
    made.wait_running("ticks")
    made.wait_running("lines")
    yield made
    assert made.stop() == 0


def sink(path: Path) -> dict[str, str]:
    return {
        "connector.class": "org.apache.kafka.connect.file.FileStreamSinkConnector",
        "topics": "ticks",
        "file": str(path),
    }


def target(worker: worker_process.WorkerProcess) -> abuse.Target:
    return abuse.Target("127.0.0.1", worker.port)


def judge(item: abuse.Abuse, outcome: abuse.Outcome) -> None:
    assert outcome.seconds <= item.within_s, (item.name, outcome.text)
    assert set(outcome.statuses) <= item.statuses, (item.name, outcome.text, outcome.data)
    if item.statuses:
        assert outcome.statuses, (item.name, outcome.text)
    if 200 not in item.statuses and outcome.data:
        assert b'{"error_code":' in outcome.data


async def run(worker: worker_process.WorkerProcess, *items: abuse.Abuse) -> None:
    """Run abusers beside each other and look at what others feel."""
    where, over = target(worker), asyncio.Event()
    out = worker.log.with_name("out.txt")
    lines = out.stat().st_size
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(witness.Witness(where, PATH).watch(over))
        outcomes = await asyncio.gather(*(item.run(where) for item in items))
        await asyncio.sleep(0.2)
        over.set()
    felt = await watching
    for item, outcome in zip(items, outcomes, strict=True):
        judge(item, outcome)
        assert outcome.closed or item.name == "garbage flood", (item.name, outcome.text)
    assert felt.failures == []
    assert felt.p99_ms < FELT_MS
    worker.until(lambda: out.stat().st_size > lines, "no line has come since", 10)


async def test_slow_clients_are_cut_while_others_are_served(bothered: Any) -> None:
    await run(bothered, *TOGETHER)


async def test_a_thousand_connections_keep_nobody_out(bothered: Any) -> None:
    await run(bothered, next(item for item in abuse.SLOW if item.name == "thousand connections"))


@pytest.mark.parametrize("item", [*abuse.BIG, *abuse.WRONG], ids=lambda item: item.name)
async def test_what_is_too_big_or_ambiguous_is_refused(bothered: Any, item: abuse.Abuse) -> None:
    await run(bothered, item)


@pytest.mark.parametrize("item", abuse.MUCH, ids=lambda item: item.name)
async def test_floods_hold_up_nobody_else(bothered: Any, item: abuse.Abuse) -> None:
    short = {
        "garbage flood": lambda where: abuse.flood(where, 2, 20),
        "pipelined flood": lambda where: abuse.pipelined(where, 2000),
        "churn": lambda where: abuse.churn(where, 1000),
    }
    await run(bothered, dataclasses.replace(item, run=short[item.name]))


async def test_a_flood_of_garbage_is_slowed_to_what_is_allowed(bothered: Any) -> None:
    outcome = await abuse.flood(target(bothered), seconds=3, connections=20)
    # 200 a second and a burst of 400, with what the test before has left
    assert 0 < outcome.statuses[400] < 200 * 3 + 600


async def test_health_and_the_logs_are_as_before(bothered: Any) -> None:
    assert bothered.must("GET", "/health")["status"] == "healthy"
    assert bothered.states("ticks") == ("RUNNING", ["RUNNING"])
    text = bothered.text()
    assert "Traceback" not in text
    assert " ERROR " not in text

"""Source tasks in a real child on a real broker."""

import json
import os
import signal
import time
from typing import Any

import pytest

pytestmark = pytest.mark.kafka


def numbers(values: list[bytes]) -> list[int]:
    return [int(value[:8]) for value in values]


def committed(offsets: Any) -> int:
    """Return the newest offset in an offsets topic, 0 where there is none."""
    values = [json.loads(value) for value in offsets.values()]
    return int(values[-1]["next"]) if values else 0


def test_two_hundred_thousand_records_arrive_in_order_and_their_offset_is_stored(rig: Any) -> None:
    topic, offsets = rig.topic(), rig.topic()
    child = rig.child(offsets.name)
    child.start_source("c", {"topic": topic.name, "rows": "200000", "batch": "2000"})
    child.wait_state("RUNNING")
    child.wait_metric("c-0", "source-record-write-total", 200_000)
    assert child.stop_task("c").error is None
    assert numbers(topic.values()) == list(range(200_000))
    last = offsets.read()[-1]
    assert last.key() == b'["c",{"counter":"one"}]'
    assert last.value() == b'{"next":200000}'


@pytest.mark.parametrize("mode", ["async", "retriable"])
def test_other_ways_to_yield_give_the_same_records(mode: str, rig: Any) -> None:
    topic = rig.topic()
    child = rig.child()
    config = {"topic": topic.name, "rows": "5000", "mode": mode, "pause.ms": "50"}
    child.start_source("c", config)
    child.wait_metric("c-0", "source-record-write-total", 5000)
    assert child.stop_task("c").error is None
    # after a retriable error reading goes on exactly where the committed offset is
    assert numbers(topic.values()) == list(range(5000))
    assert child.offsets == {'{"counter": "one"}': {"next": 5000}}


def test_a_full_queue_keeps_every_record_and_its_order(rig: Any) -> None:
    topic = rig.topic()
    child = rig.child()
    config = {"topic": topic.name, "rows": "60000", "batch": "5000", "size": "100"}
    child.start_source("c", config, buffer_memory="65536")
    child.wait_metric("c-0", "source-record-write-total", 60_000, 60)
    assert child.stop_task("c").error is None
    assert numbers(topic.values()) == list(range(60_000))


def test_keys_headers_timestamps_and_nulls_arrive(rig: Any) -> None:
    topic = rig.topic()
    child = rig.child()
    child.start_source("c", {"topic": topic.name, "rows": "1000", "mode": "keyed"})
    child.wait_metric("c-0", "source-record-write-total", 1000)
    child.stop_task("c")
    for number, message in enumerate(topic.read()):
        assert message.key() == f"k{number % 7}".encode()
        assert message.timestamp()[1] == 1_700_000_000_000 + number
        wanted = None if number % 2 else [("n", str(number).encode()), ("null", None)]
        assert message.headers() == wanted


@pytest.mark.parametrize("place", [250, 1749, 1750, 1999])
def test_an_oversized_record_fails_the_task_and_nothing_after_it_is_committed(
    place: int, rig: Any
) -> None:
    topic, offsets = rig.topic(), rig.topic()
    child = rig.child(offsets.name)
    config = {"topic": topic.name, "rows": "200000", "batch": "250", "oversized": str(place)}
    child.start_source("c", config)
    trace = child.wait_state("FAILED").trace
    assert "MSG_SIZE_TOO_LARGE" in trace
    assert trace.startswith("weir_runtime.api.errors.ConnectError: Unrecoverable exception")
    assert "\nCaused by: weir_runtime.api.errors.DataError: " in trace
    assert child.stop_task("c").error is None
    assert committed(offsets) <= place // 250 * 250
    assert set(range(committed(offsets))) <= set(numbers(topic.values()))


def test_a_broker_that_freezes_for_some_seconds_costs_no_record(own_broker: Any, rig: Any) -> None:
    rig.bootstrap = own_broker.bootstrap
    topic = rig.topic()
    child = rig.child()
    child.start_source("c", {"topic": topic.name, "rows": "3000", "batch": "10", "pause.ms": "10"})
    child.wait_metric("c-0", "source-record-write-total", 300)
    os.kill(own_broker.pid, signal.SIGSTOP)
    try:
        time.sleep(6)
    finally:
        os.kill(own_broker.pid, signal.SIGCONT)
    child.wait_metric("c-0", "source-record-write-total", 3000, 60)
    assert child.stop_task("c").error is None
    found = numbers(topic.values())
    assert list(dict.fromkeys(found)) == list(range(3000))
    assert child.offsets == {'{"counter": "one"}': {"next": 3000}}


@pytest.mark.parametrize("after_s", [0.3, 0.6, 1.1])
def test_a_killed_child_has_committed_nothing_that_is_not_in_the_topic(
    after_s: float, rig: Any
) -> None:
    topic, offsets = rig.topic(), rig.topic()
    config = {"topic": topic.name, "rows": "100000", "batch": "100", "pause.ms": "1"}
    first = rig.child(offsets.name)
    first.start_source("c", config)
    first.wait_state("RUNNING")
    time.sleep(after_s)
    first.process.kill()
    first.process.wait(10)
    reached = committed(offsets)
    assert set(range(reached)) <= set(numbers(topic.values()))

    second = rig.child(offsets.name)
    if reached:
        second.offsets['{"counter": "one"}'] = {"next": reached}
    second.start_source("c", config)
    second.wait_metric("c-0", "source-record-write-total", 100_000 - reached, 60)
    assert second.stop_task("c").error is None
    assert set(numbers(topic.values())) == set(range(100_000))
    assert committed(offsets) == 100_000


def test_a_paused_source_sends_nothing_and_goes_on_where_it_was(rig: Any) -> None:
    from weir_runtime.worker import protocol

    topic = rig.topic()
    child = rig.child()
    child.start_source("c", {"topic": topic.name, "rows": "1000", "batch": "5", "pause.ms": "10"})
    child.wait_metric("c-0", "source-record-write-total", 50)
    child.send(protocol.SetTaskState(connector="c", task=0, epoch=1, state="PAUSED"))
    child.wait_state("PAUSED")
    time.sleep(0.3)
    held = len(topic.values())
    time.sleep(0.5)
    assert len(topic.values()) == held
    assert child.offsets == {'{"counter": "one"}': {"next": held}}
    child.send(protocol.SetTaskState(connector="c", task=0, epoch=1, state="STARTED"))
    child.wait_metric("c-0", "source-record-write-total", 1000)
    child.stop_task("c")
    assert numbers(topic.values()) == list(range(1000))


def test_a_source_that_hangs_still_commits_and_its_stop_is_given_up_in_time(rig: Any) -> None:
    topic, offsets = rig.topic(), rig.topic()
    child = rig.child(offsets.name)
    child.start_source("c", {"topic": topic.name, "rows": "1000", "mode": "hang"})
    deadline = time.monotonic() + 10
    while committed(offsets) < 1000:
        assert time.monotonic() < deadline
    began = time.monotonic()
    reply = child.stop_task("c", timeout_s=1)
    assert reply.error == "Task c-0 did not stop in time"
    assert time.monotonic() - began < 1.5


def test_the_child_loads_no_part_of_the_worker_and_ends_with_its_parent(rig: Any) -> None:
    from weir_runtime.worker import protocol

    topic = rig.topic()
    child = rig.child()
    child.start_source("c", {"topic": topic.name, "rows": "100000000", "pause.ms": "5"})
    child.wait_metric("c-0", "source-record-write-total", 500)
    plugin = protocol.PluginRef("p", "probe_plugins:CountSource", "1.0")
    reply = child.ask(
        lambda call: protocol.Validate(call=call, plugin=plugin, config={"topic": "t"})
    )
    modules = next(value for value in reply.result if value["name"] == "modules")["errors"]
    assert "confluent_kafka" in modules
    assert {"aiohttp", "aiokafka"}.isdisjoint(modules)
    began = time.monotonic()
    child.close()
    assert time.monotonic() - began < 1
    count = len(topic.values())
    time.sleep(0.5)
    assert len(topic.values()) == count

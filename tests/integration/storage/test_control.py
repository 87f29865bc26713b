"""The control client on a real broker, on the embedded one, and on none."""

import asyncio
import socket
import sys
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from weir_runtime.aio.scope import Scope
from weir_runtime.api.errors import (
    ConnectError,
    RequestTimeoutError,
    RetriableError,
    UnsupportedError,
)
from weir_runtime.kafka import embedded
from weir_runtime.kafka.control.admin import KafkaAdmin
from weir_runtime.kafka.control.connection import Connection
from weir_runtime.kafka.control.coordinator import CoordinatorChannel
from weir_runtime.kafka.control.log import KafkaLog
from weir_runtime.kafka.control.settings import ClientSettings
from weir_runtime.kafka.ports import GroupNotEmptyError, JoinRequest, LogRecord, NewTopic

PROTOCOLS = [("sessioned", b"two"), ("compatible", b"one"), ("default", b"zero")]
MEMBER_ID_REQUIRED = 79
ILLEGAL_GENERATION = 22


def settings(bootstrap: str, **config: str) -> ClientSettings:
    keys = {key.replace("_", "."): value for key, value in config.items()}
    return ClientSettings.from_config({"bootstrap.servers": bootstrap, **keys})


def unique(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:8]}"


@pytest.fixture
async def admin(kafka_broker: Any) -> AsyncIterator[KafkaAdmin]:
    connection = Connection(settings(kafka_broker.bootstrap))
    await connection.start()
    yield KafkaAdmin(connection)
    await connection.close()


@pytest.mark.kafka
async def test_topics_are_made_once_with_their_settings(admin: KafkaAdmin) -> None:
    name = unique("topic")
    assert await admin.topic_partitions(name) is None
    wanted = NewTopic(name, 3, -1, {"cleanup.policy": "compact", "segment.ms": "60000"})
    assert await admin.create_topic(wanted) is True
    assert await admin.create_topic(wanted) is False
    assert await admin.topic_partitions(name) == 3
    config = await admin.topic_config(name)
    assert (config["cleanup.policy"], config["segment.ms"]) == ("compact", "60000")
    assert len(await admin.cluster_id()) == 22


@pytest.mark.kafka
async def test_a_refused_topic_says_why(admin: KafkaAdmin) -> None:
    with pytest.raises(ConnectError, match=r"[Rr]eplication factor"):
        await admin.create_topic(NewTopic(unique("topic"), 1, 3, {}))
    with pytest.raises(ConnectError, match="INVALID_TOPIC"):
        await admin.create_topic(NewTopic("a b", 1, 1, {}))
    with pytest.raises(ConnectError, match="INVALID_CONFIG"):
        await admin.create_topic(NewTopic(unique("topic"), 1, 1, {"segment.ms": "x"}))


@pytest.mark.kafka
async def test_offsets_of_an_empty_group_are_set_deleted_and_dropped(admin: KafkaAdmin) -> None:
    topic, group = unique("topic"), unique("group")
    await admin.create_topic(NewTopic(topic, 3, 1, {}))
    assert await admin.group_offsets(group) == {}
    await admin.alter_group_offsets(group, {(topic, 0): None})
    await admin.alter_group_offsets(group, {(topic, 0): 5, (topic, 1): 0, (topic, 2): 7})
    await admin.alter_group_offsets(group, {(topic, 0): None, (topic, 1): 3})
    assert await admin.group_offsets(group) == {(topic, 1): 3, (topic, 2): 7}
    with pytest.raises(ConnectError, match=f"partition {topic}-9"):
        await admin.alter_group_offsets(group, {(topic, 9): 1})
    await admin.delete_group(group)
    await admin.delete_group(group)
    assert await admin.group_offsets(group) == {}


async def join(channel: CoordinatorChannel, group: str) -> Any:
    request = JoinRequest(group, "", 6000, 10_000, PROTOCOLS)
    answer = await channel.join(request)
    if answer.error == MEMBER_ID_REQUIRED:
        answer = await channel.join(JoinRequest(group, answer.member_id, 6000, 10_000, PROTOCOLS))
    assert answer.error == 0
    return answer


@pytest.mark.kafka
async def test_offsets_of_a_group_with_members_cannot_be_changed(
    admin: KafkaAdmin, kafka_broker: Any
) -> None:
    topic, group = unique("topic"), unique("group")
    await admin.create_topic(NewTopic(topic, 1, 1, {}))
    channel = CoordinatorChannel(settings(kafka_broker.bootstrap))
    await channel.start()
    joined = await join(channel, group)
    await channel.sync(group, joined.generation, joined.member_id, {joined.member_id: b""})
    with pytest.raises(GroupNotEmptyError):
        await admin.alter_group_offsets(group, {(topic, 0): 1})
    with pytest.raises(GroupNotEmptyError):
        await admin.alter_group_offsets(group, {(topic, 0): None})
    with pytest.raises(GroupNotEmptyError):
        await admin.delete_group(group)
    assert await channel.leave(group, joined.member_id) == 0
    await channel.close()


@pytest.mark.kafka
async def test_a_member_joins_with_all_protocols_syncs_beats_and_leaves(kafka_broker: Any) -> None:
    group = unique("group")
    channel = CoordinatorChannel(settings(kafka_broker.bootstrap))
    await channel.start()
    joined = await join(channel, group)
    assert (joined.protocol, joined.leader_id) == ("sessioned", joined.member_id)
    assert joined.members == ((joined.member_id, b"two"),)
    me, generation = joined.member_id, joined.generation
    assert await channel.sync(group, generation, me, {me: b"work"}) == (0, b"work")
    assert await channel.heartbeat(group, generation, me) == 0
    assert await channel.heartbeat(group, generation - 1, me) == ILLEGAL_GENERATION
    assert await channel.leave(group, me) == 0
    await channel.close()


@pytest.mark.kafka
async def test_a_cancelled_join_holds_back_no_later_call(kafka_broker: Any) -> None:
    group = unique("group")
    one = CoordinatorChannel(settings(kafka_broker.bootstrap))
    other = CoordinatorChannel(settings(kafka_broker.bootstrap))
    await one.start()
    await other.start()
    first = await join(one, group)
    await one.sync(group, first.generation, first.member_id, {first.member_id: b""})
    # held back until the first member joins again, which it does not
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await join(other, group)
    started = time.monotonic()
    assert await other.leave(group, "nobody") != 0
    assert time.monotonic() - started < 1
    assert await one.leave(group, first.member_id) == 0
    await one.close()
    await other.close()


@pytest.mark.kafka
@pytest.mark.slow
async def test_logs_and_groups_live_through_a_restart_of_the_broker(own_broker: Any) -> None:
    connection = Connection(settings(own_broker.bootstrap))
    await connection.start()
    admin = KafkaAdmin(connection)
    topic, group = unique("topic"), unique("group")
    await admin.create_topic(NewTopic(topic, 1, 1, {"cleanup.policy": "compact"}))
    channel = CoordinatorChannel(settings(own_broker.bootstrap))
    await channel.start()
    await join(channel, group)
    async with Scope() as scope:
        log, seen = KafkaLog(connection, topic, scope=scope), list[LogRecord]()
        await log.start(seen.extend)
        await log.append([(b"k", b"before")], timeout_s=10)
        await asyncio.to_thread(own_broker.run, "down")
        with pytest.raises(RequestTimeoutError, match=f"Writing to topic {topic}"):
            await log.append([(b"k", b"lost")], timeout_s=0.5)
        with pytest.raises(RequestTimeoutError, match=f"end of topic {topic}"):
            await log.read_to_end(0.5)
        with pytest.raises(RetriableError):
            await channel.heartbeat(group, 1, "me")
        await asyncio.to_thread(own_broker.run, "broker")
        await log.append([(b"k", b"after")], timeout_s=20)
        assert seen[-1].value == b"after"
        await log.read_to_end(20)
        assert (await join(channel, group)).error == 0
        await log.stop()
    await channel.close()
    await connection.close()


async def test_an_unreachable_broker_is_one_clear_sentence() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    with pytest.raises(RetriableError) as error:
        await Connection(settings(f"{address},localhost:1")).start()
    assert f"No broker of bootstrap.servers={address},localhost:1 answers" in str(error.value)
    assert "Connect call failed" in str(error.value)


async def test_a_listener_that_is_no_broker_is_told_apart() -> None:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(RetriableError, match="this is no Kafka listener"):
            await Connection(settings(f"127.0.0.1:{port}")).start()


async def test_a_silent_listener_is_given_up_in_time() -> None:
    # the kernel takes the connection, and nobody reads it
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(RetriableError, match="does not answer"):
            await Connection(settings(f"127.0.0.1:{port}", request_timeout_ms="300")).start()


async def test_the_embedded_broker_refuses_at_once_what_it_cannot_do() -> None:
    broker = await embedded.start()
    connection = Connection(settings(broker.bootstrap))
    await connection.start()
    admin = KafkaAdmin(connection)
    started = time.monotonic()
    for call in (
        admin.create_topic(NewTopic("t", 1, 1, {})),
        admin.topic_config("t"),
        admin.delete_group("g"),
        admin.alter_group_offsets("g", {("t", 0): None}),
    ):
        with pytest.raises(UnsupportedError, match="does not offer"):
            await call
    assert time.monotonic() - started < 2
    await connection.close()
    await broker.stop()


async def test_the_embedded_broker_makes_topics_with_the_partitions_asked_for() -> None:
    broker = await embedded.start()
    assert await broker.create_topic("offsets", 25) is True
    assert await broker.create_topic("offsets", 25) is False
    with pytest.raises(ConnectError, match="cannot create topic"):
        await broker.create_topic("x", -1)
    connection = Connection(settings(broker.bootstrap))
    await connection.start()
    assert await KafkaAdmin(connection).topic_partitions("offsets") == 25
    await connection.close()
    await broker.stop()
    with pytest.raises(ConnectError, match="has ended"):
        await broker.create_topic("y", 1)


async def test_the_embedded_broker_ends_with_its_parent() -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "import asyncio\nfrom weir_runtime.kafka import embedded\n"
        "async def main():\n"
        "    broker = await embedded.start()\n"
        "    print(broker.bootstrap, flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())",
        stdout=asyncio.subprocess.PIPE,
    )
    assert parent.stdout is not None
    assert await parent.stdout.readline()
    child = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().strip()
    parent.kill()
    await parent.wait()
    async with asyncio.timeout(5):
        while Path(f"/proc/{child}").exists() and not is_zombie(child):
            await asyncio.sleep(0.02)


def is_zombie(process: str) -> bool:
    return "State:\tZ" in Path(f"/proc/{process}/status").read_text()

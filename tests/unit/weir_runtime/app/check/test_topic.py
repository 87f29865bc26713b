from __future__ import annotations

import pytest

from weir_runtime.app.check import topic
from weir_runtime.app.check.finding import Level
from weir_runtime.app.check.look import TopicLook
from weir_runtime.config.worker.topic import InternalTopic
from weir_runtime.group import wire
from weir_runtime.kafka.ports import GroupDescription, GroupMember, LogRecord
from weir_runtime.storage import config_record

TOPIC = InternalTopic("configs", 1, 3, {})


def look(**more: object) -> TopicLook:
    return TopicLook(**{"partitions": 1, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seen", "level", "text"),
    [
        (look(), Level.OK, "1 partition, compacted, 0 records, all readable"),
        (look(complaint="not compact"), Level.PROBLEM, "not compact"),
        (look(unseen="forbidden"), Level.UNKNOWN, "could not be looked at: forbidden"),
        (look(partitions=None), Level.PROBLEM, "replication factor 3: the cluster has 1 broker"),
        (
            look(places={b"k": {0, 1}}),
            Level.WARNING,
            "stand keys of 1 records",
        ),
    ],
)
def test_a_topic_is_judged(seen: TopicLook, level: Level, text: str) -> None:
    found = topic.finding("config", TOPIC, seen, brokers=1)
    assert (found.level, text in found.text) == (level, True)


def test_a_topic_that_is_not_there_will_be_made() -> None:
    found = topic.finding("config", TOPIC, look(partitions=None), brokers=3)
    assert (found.level, "the worker will make it" in found.text) == (Level.NOTE, True)


def test_records_that_nobody_can_read_are_counted_with_the_first() -> None:
    seen = look()
    records = [(b"commit-c", b'{"tasks":1}'), (b"commit-d", b'{"tasks":"x"}'), (b"new-kind", b"1")]
    for offset, (key, value) in enumerate(records):
        seen.count(LogRecord(0, offset, 0, key, value), config_record.decode)
    found = topic.finding("config", TOPIC, seen, brokers=3)
    assert (found.level, found.records, found.unreadable) == (Level.WARNING, 3, 1)
    assert "1 of 3 records cannot be read" in found.text
    assert "commit of connector d" in found.text


def test_members_of_a_group_are_told_with_their_addresses() -> None:
    metadata = wire.encode_metadata(wire.Metadata(2, "http://h:8083/", 7))
    members = [GroupMember("connect-h:8083", "10.0.0.1", metadata), GroupMember("x", "h", b"?")]
    found = topic.group("g", GroupDescription("Stable", "connect", members))
    assert found.level is Level.WARNING
    assert "2 workers are in the group now: stop it first" in found.text
    assert [member.url for member in found.members] == ["http://h:8083/", ""]


def test_a_group_of_consumers_is_no_group_of_workers() -> None:
    members = [GroupMember("app", "h", b"")]
    found = topic.group("g", GroupDescription("Stable", "consumer", members))
    assert (found.level, "use another group.id" in found.text) == (Level.PROBLEM, True)
    assert topic.group("g", GroupDescription("Empty", "connect", [])).level is Level.OK

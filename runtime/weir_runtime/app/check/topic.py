"""What the state of topics and group means for a take-over."""

from __future__ import annotations

from weir_runtime.api.errors import DataError
from weir_runtime.app.check.finding import GroupFinding, Level, Member, TopicFinding
from weir_runtime.app.check.look import TopicLook
from weir_runtime.config.worker.topic import InternalTopic
from weir_runtime.group import wire
from weir_runtime.kafka.ports import GroupDescription, GroupMember

PROTOCOL_TYPE = "connect"


def finding(store: str, topic: InternalTopic, look: TopicLook, brokers: int) -> TopicFinding:
    """Return what is to be said of an internal topic."""
    level, text = _judged(topic, look, brokers)
    return TopicFinding(
        store, topic.name, level, text, look.partitions, look.records, len(look.unreadable)
    )


def _judged(topic: InternalTopic, look: TopicLook, brokers: int) -> tuple[Level, str]:
    if look.complaint is not None:
        return Level.PROBLEM, look.complaint
    if look.unseen is not None:
        return Level.UNKNOWN, f"could not be looked at: {look.unseen}"
    if look.partitions is None:
        return _absent(topic, brokers)
    count = "1 partition" if look.partitions == 1 else f"{look.partitions} partitions"
    text = f"{count}, compacted, {look.records} records, all readable"
    if look.unreadable:
        return Level.WARNING, (
            f"{count}, compacted; {len(look.unreadable)} of {look.records} records cannot be read "
            f"and are passed over, the first: {look.unreadable[0]}"
        )
    if look.doubled:
        return Level.WARNING, (
            f"{text}; in several partitions stand keys of {look.doubled} records, written with "
            "another partitioner than Java's: of each the newest counts"
        )
    return Level.OK, text


def _absent(topic: InternalTopic, brokers: int) -> tuple[Level, str]:
    copies = topic.replication
    if copies > brokers:
        have = "1 broker" if brokers == 1 else f"{brokers} brokers"
        return Level.PROBLEM, (
            f"is not there and cannot be made with replication factor {copies}: the cluster has "
            f"{have}"
        )
    partitions = "the broker's number of" if topic.partitions < 0 else str(topic.partitions)
    factor = "the broker's" if copies < 0 else str(copies)
    return Level.NOTE, (
        f"is not there: the worker will make it, partitions: {partitions}, replication factor: "
        f"{factor}"
    )


def group(name: str, description: GroupDescription) -> GroupFinding:
    """Return what is to be said of the group of workers."""
    members = tuple(_member(item) for item in description.members)
    if not members:
        return GroupFinding(name, Level.OK, "has no members now")
    if description.protocol_type != PROTOCOL_TYPE:
        return GroupFinding(
            name,
            Level.PROBLEM,
            f"is a group of protocol type {description.protocol_type}, not of Connect workers: "
            "use another group.id",
            members,
        )
    count = "1 worker is" if len(members) == 1 else f"{len(members)} workers are"
    return GroupFinding(
        name, Level.WARNING, f"{count} in the group now: stop it first if it is Java's", members
    )


def _member(member: GroupMember) -> Member:
    try:
        url = wire.decode_metadata(member.metadata).url
    except DataError:
        url = ""
    return Member(member.client_id, member.host, url)

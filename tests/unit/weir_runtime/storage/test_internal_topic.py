from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from weir_runtime.api.errors import ConfigError, ConnectError, RetriableError, UnsupportedError
from weir_runtime.config.worker.topic import InternalTopic
from weir_runtime.kafka.ports import AuthorizationError, BrokerError, NewTopic
from weir_runtime.storage import internal_topic

TOPIC = InternalTopic("configs", 1, 3, {"min.insync.replicas": "2"})


@dataclass
class Cluster:
    """Topics as an admin client sees them; errors are raised once each, in order."""

    topics: dict[str, NewTopic] = field(default_factory=dict)
    policies: dict[str, str] = field(default_factory=dict)
    create_errors: list[ConnectError] = field(default_factory=list)
    config_error: ConnectError | None = None

    async def create_topic(self, topic: NewTopic) -> bool:
        if self.create_errors:
            raise self.create_errors.pop(0)
        if topic.name in self.topics:
            return False
        self.topics[topic.name] = topic
        return True

    async def topic_config(self, topic: str) -> Mapping[str, str]:
        if self.config_error:
            raise self.config_error
        return {"cleanup.policy": self.policies[topic]}

    async def topic_partitions(self, topic: str) -> int | None:
        found = self.topics.get(topic)
        return found.partitions if found else None


class Clock:
    """Time that passes only in sleeps."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return sum(self.slept)

    def now_ms(self) -> int:
        return 0

    async def sleep(self, duration_s: float) -> None:
        self.slept.append(duration_s)


async def ensure(cluster: Any, store: str = "config", topic: InternalTopic = TOPIC) -> Clock:
    clock = Clock()
    await internal_topic.ensure(cluster, store, topic, clock=clock)
    return clock


async def test_a_missing_topic_is_made_compacted_with_its_settings() -> None:
    cluster = Cluster()
    await ensure(cluster)
    settings = {"min.insync.replicas": "2", "cleanup.policy": "compact"}
    assert cluster.topics == {"configs": NewTopic("configs", 1, 3, settings)}


def existing(policy: str, partitions: int = 1) -> Cluster:
    return Cluster({"configs": NewTopic("configs", partitions, 1, {})}, {"configs": policy})


async def test_a_compacted_topic_passes() -> None:
    await ensure(existing("compact"))


@pytest.mark.parametrize("policy", ["delete", "compact,delete", "delete, compact"])
async def test_another_policy_is_refused_in_the_words_of_java(policy: str) -> None:
    with pytest.raises(ConfigError) as error:
        await ensure(existing(policy))
    assert str(error.value) == (
        "Topic 'configs' supplied via the 'config.storage.topic' property is required to have"
        " 'cleanup.policy=compact' to guarantee consistency and durability of connector"
        f" configurations, but found the topic currently has 'cleanup.policy={policy}'. Continuing"
        " would likely result in eventually losing connector configurations and problems"
        " restarting this Connect cluster in the future. Change the 'config.storage.topic'"
        " property in the Connect worker configurations to use a topic with"
        " 'cleanup.policy=compact'."
    )


async def test_a_config_topic_of_several_partitions_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"single partition .* but found 3 partitions\."):
        await ensure(existing("compact", partitions=3))
    await ensure(existing("compact", partitions=3), "status")


async def test_a_policy_that_may_not_be_read_is_only_warned_of(
    caplog: pytest.LogCaptureFixture,
) -> None:
    cluster = existing("delete")
    cluster.config_error = AuthorizationError("not authorized", 29)
    await ensure(cluster)
    assert "Cannot tell whether topic configs" in caplog.text


@pytest.mark.parametrize("error", [AuthorizationError("no", 31), UnsupportedError("no")])
async def test_where_topics_cannot_be_made_they_are_taken_to_be_there(
    error: ConnectError, caplog: pytest.LogCaptureFixture
) -> None:
    cluster = existing("compact")
    cluster.create_errors = [error]
    await ensure(cluster)
    assert "as if the topic exists" in caplog.text


async def test_too_few_brokers_name_the_key_to_change() -> None:
    cluster = Cluster(create_errors=[BrokerError("replication factor 3 is larger than 1", 38)])
    with pytest.raises(ConfigError, match=r"Set offset\.storage\.replication\.factor"):
        await ensure(cluster, "offset")


async def test_unreachable_brokers_are_asked_again_each_ten_seconds() -> None:
    cluster = Cluster(create_errors=[RetriableError("away")] * 3)
    clock = await ensure(cluster)
    assert clock.slept == [10, 10, 10]
    assert "configs" in cluster.topics


async def test_after_fifteen_minutes_the_start_is_given_up() -> None:
    cluster = Cluster(create_errors=[RetriableError("away")] * 1000)
    with pytest.raises(RetriableError, match="away"):
        await ensure(cluster)
    assert len(cluster.create_errors) == 1000 - 91

"""Rules of topic creation (KIP-158)."""

import pytest

from weir_runtime.api.errors import ConfigError
from weir_runtime.config.connector import topic_creation
from weir_runtime.config.connector.topic_creation import TopicSpec

DEFAULT = {
    "topic.creation.default.partitions": "3",
    "topic.creation.default.replication.factor": "-1",
}
LOGS = {
    "topic.creation.groups": "logs, all",
    "topic.creation.logs.include": "log-.*, audit",
    "topic.creation.logs.exclude": "log-x",
    "topic.creation.logs.partitions": "12",
    "topic.creation.logs.cleanup.policy": "compact",
    "topic.creation.all.include": "log-x.*",
    "topic.creation.default.retention.ms": "1000",
}


def rule(topic: str, **extra: str) -> TopicSpec:
    found = topic_creation.parse({**DEFAULT, **LOGS, **extra})
    assert found is not None
    return found.rule_for(topic)


def test_a_connector_without_such_keys_leaves_topics_to_the_broker() -> None:
    assert topic_creation.parse({"topic": "t"}) is None


def test_the_first_group_that_includes_and_does_not_exclude_a_topic_counts() -> None:
    assert rule("log-a") == TopicSpec("log-a", 12, -1, {"cleanup.policy": "compact"})
    assert rule("audit").partitions == 12
    assert rule("log-x") == TopicSpec("log-x", 3, -1, {})
    assert rule("other") == TopicSpec("other", 3, -1, {"retention.ms": "1000"})


def test_patterns_match_whole_names() -> None:
    assert rule("my-log-a").partitions == 3
    assert rule("audits").partitions == 3


@pytest.mark.parametrize(
    ("config", "key", "sentence"),
    [
        (
            {"topic.creation.groups": ""},
            "topic.creation.default.partitions",
            'Missing required configuration "topic.creation.default.partitions" '
            "which has no default value.",
        ),
        (
            {**DEFAULT, "topic.creation.groups": "g"},
            "topic.creation.g.include",
            'Missing required configuration "topic.creation.g.include" which has no default value.',
        ),
        (
            {**DEFAULT, "topic.creation.groups": "g", "topic.creation.g.include": "("},
            "topic.creation.g.include",
            "Invalid value ( for configuration topic.creation.g.include: Invalid regex: "
            "missing ), unterminated subpattern at position 0",
        ),
        (
            {**DEFAULT, "topic.creation.default.partitions": "many"},
            "topic.creation.default.partitions",
            "Invalid value many for configuration topic.creation.default.partitions: "
            "Not a number of type INT",
        ),
        (
            {**DEFAULT, "topic.creation.default.replication.factor": "-2"},
            "topic.creation.default.replication.factor",
            "Invalid value -2 for configuration topic.creation.default.replication.factor: "
            "must be positive, or -1 for the broker's default",
        ),
    ],
)
def test_what_is_wrong_is_told_by_key(config: dict[str, str], key: str, sentence: str) -> None:
    assert (key, sentence) in topic_creation.errors(config)
    with pytest.raises(ConfigError) as caught:
        topic_creation.parse(config)
    assert sentence in str(caught.value)

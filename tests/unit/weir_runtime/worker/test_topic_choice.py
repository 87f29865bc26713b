"""Lists and patterns of topics."""

import pytest

from weir_runtime.api.errors import ConfigError
from weir_runtime.worker.topic_choice import EMPTY_S, TopicChoice


def test_a_list_is_subscribed_to_once_and_the_cluster_is_not_asked() -> None:
    choice = TopicChoice({"topics": " a , b,"})

    def listing() -> list[str]:
        pytest.fail("the cluster was asked")

    assert choice.change(0, listing) == ["a", "b"]
    assert choice.change(1000, listing) is None


def test_a_pattern_matches_whole_names_and_follows_new_topics() -> None:
    choice = TopicChoice({"topics.regex": r"logs-\d+|x"}, 1000)
    assert choice.change(0, lambda: ["logs-1", "my-logs-1", "logs-1-old", "x"]) == ["logs-1", "x"]
    assert choice.change(0.5, lambda: ["logs-2"]) is None
    assert choice.change(1.0, lambda: ["logs-1", "logs-2", "x"]) == ["logs-1", "logs-2", "x"]
    assert choice.change(2.0, lambda: ["logs-1", "logs-2", "x"]) is None


def test_while_nothing_matches_it_looks_again_soon_and_subscribes_to_nothing() -> None:
    choice = TopicChoice({"topics.regex": "a.*"})
    assert choice.change(0, lambda: ["b"]) is None
    assert choice.change(EMPTY_S / 2, lambda: ["a"]) is None
    assert choice.change(EMPTY_S, lambda: ["a"]) == ["a"]


@pytest.mark.parametrize(
    "config", [{}, {"topics": "a", "topics.regex": "b"}, {"topics": " , "}, {"topics.regex": "("}]
)
def test_neither_both_nor_a_broken_pattern_is_refused(config: dict[str, str]) -> None:
    with pytest.raises(ConfigError):
        TopicChoice(config)

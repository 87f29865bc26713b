"""Secrets are found in configs and taken out of texts."""

import time

import pytest

from weir_runtime.observe import redaction
from weir_runtime.observe.redaction import MOST_OWNERS, Secrets

JAAS = 'x.PlainLoginModule required username="u" password="p4ssw0rd!";'


@pytest.mark.parametrize(
    "config",
    [
        {"ssl.key.password": "s3cret-text"},
        {"producer.override.sasl.jaas.config": 'a b="s3cret-text";'},
        {"url": "jdbc:postgresql://user:s3cret-text@host:5432/db"},
        {"hosts": "http://a/,https://me:s3cret-text@b/?x=y@z"},
        {"api.key": "s3cret-text"},
        {"value.converter.basic.auth.user.info": "s3cret-text"},
        {"own": "s3cret-text"},
    ],
)
def test_a_secret_of_a_config_is_hidden_wherever_it_turns_up(config: dict[str, str]) -> None:
    secrets = Secrets()
    secrets.learn_config("c", config, ["own"])
    assert secrets.clean("login (s3cret-text) refused") == "login ([hidden]) refused"


def test_plain_values_are_no_secrets() -> None:
    config = {"topic": "orders", "url": "http://host/path@x", "ssl.key.password": "", "n": None}
    assert redaction.of_config(config) == set()


def test_what_stands_in_quotes_is_hidden_alone_too() -> None:
    secrets = Secrets()
    secrets.learn_config("c", {"sasl.jaas.config": JAAS})
    assert secrets.clean(f"{JAAS} and p4ssw0rd!") == "[hidden] and [hidden]"


def test_a_word_is_hidden_only_where_it_stands_alone() -> None:
    secrets = Secrets()
    secrets.learn("c", ["kafka", "abc", "true"])
    text = "org.apache.kafka.X: kafka/abc 'kafka' my-kafka true"
    assert secrets.clean(text) == "org.apache.kafka.X: [hidden]/abc '[hidden]' my-kafka true"
    assert secrets.clean(text, weak=False) == text


def test_the_longer_of_two_secrets_goes_first() -> None:
    secrets = Secrets()
    secrets.learn("c", ["s3cret-1", "s3cret-1-and-more"])
    assert secrets.clean("s3cret-1-and-more") == "[hidden]"


def test_secrets_of_an_owner_add_up_and_old_owners_are_forgotten() -> None:
    secrets = Secrets()
    secrets.learn("c", ["first-s3cret"])
    secrets.learn("c", ["other-s3cret"])
    assert secrets.clean("first-s3cret other-s3cret") == "[hidden] [hidden]"
    for number in range(3):
        secrets.learn(f"many-{number}", [f"many-s3cret-{number}"])
    assert MOST_OWNERS > 3
    assert secrets.clean("first-s3cret") == "[hidden]"


@pytest.mark.parametrize("text", ["v" * 1_000_000, "v://" * 250_000, "=" * 1_000_000])
def test_a_value_of_a_million_characters_is_looked_at_quickly(text: str) -> None:
    began = time.perf_counter()
    redaction.of_config({"topic": text})
    # a square of the length would be minutes
    assert time.perf_counter() - began < 10

"""Every key of Connect is read, of no consequence, or refused by name."""

import json
from pathlib import Path

import pytest

from weir_runtime.config import support
from weir_runtime.config.connector import definition
from weir_runtime.config.support import Level
from weir_runtime.config.tls import listener as tls
from weir_runtime.config.worker import client_key, worker

KEYS = json.loads(Path(__file__).with_name("connect_keys.json").read_text())
WORKER = [*KEYS["worker_common"], *KEYS["worker_standalone"], *KEYS["worker_distributed"]]
CONNECTOR = [*KEYS["connector_common"], *KEYS["connector_sink"], *KEYS["connector_source"]]
MODELS = (*worker.COMMON, *worker.DISTRIBUTED, *worker.STANDALONE)
FAMILIES = ("key.converter.", "value.converter.", "header.converter.")


def test_the_lists_are_whole() -> None:
    assert len(WORKER) > 120
    assert len(CONNECTOR) > 40


@pytest.mark.parametrize("key", WORKER)
def test_each_worker_key_has_its_place(key: str) -> None:
    found = support.worker_support(key)
    assert found is not None
    if found.level in {Level.HONOURED, Level.GROUP} and not key.startswith(FAMILIES):
        stores = tuple(f"{store}.storage." for store in ("config", "offset", "status"))
        known = worker.names(MODELS)
        if key.startswith((tls.MAIN, tls.ADMIN)):
            assert key.removeprefix("admin.").removeprefix(tls.MAIN) in tls.KEYS
            return
        assert key in known or key.removeprefix(key[: len(stores[0])]) in client_key.TOPIC | {
            "partitions"
        }
    if found.level is Level.CLIENT:
        bare = key
        for prefix in ("producer.", "consumer.", "admin."):
            bare = bare.removeprefix(prefix)
        assert bare in client_key.PRODUCER | client_key.CONSUMER | client_key.ADMIN


@pytest.mark.parametrize("key", CONNECTOR)
def test_each_connector_key_has_its_place(key: str) -> None:
    found = support.connector_support(key)
    assert found is not None
    if found.level is Level.HONOURED and not key.startswith((*FAMILIES, "topic.creation.")):
        assert key in worker.names((definition.SourceConfig, definition.SinkConfig))


def test_every_refusal_says_what_to_do() -> None:
    for table in (support.WORKER, support.CONNECTOR):
        for key, found in table.items():
            if found.level is Level.REFUSED:
                assert "; " in found.reason, key


def test_the_tables_name_no_key_that_connect_does_not_have() -> None:
    assert set(support.WORKER) <= set(WORKER)
    assert set(support.CONNECTOR) <= set(CONNECTOR)


@pytest.mark.parametrize(
    ("key", "value", "refused"),
    [
        ("transforms", "a", True),
        ("transforms", " ", False),
        ("predicates", "p", True),
        ("errors.tolerance", "all", True),
        ("errors.tolerance", "none", False),
        ("errors.retry.timeout", "-1", True),
        ("errors.retry.timeout", "0", False),
        ("errors.log.enable", "TRUE", True),
        ("errors.log.enable", " False ", False),
        ("errors.deadletterqueue.topic.name", "dlq", True),
        ("errors.deadletterqueue.topic.name", "", False),
        ("offsets.storage.topic", "mine", True),
        ("config.action.reload", "none", False),
        ("file", "${file:/etc/x:y}", True),
        ("value.converter.password", "a${env::x}b", True),
        ("topic.format", "${topic}-${timestamp}", False),
        ("anything.else", "1", False),
    ],
)
def test_a_connector_key_is_refused_only_where_it_asks_for_something(
    key: str, value: str, refused: bool
) -> None:
    sentence = support.connector_refusal(key, value)
    assert (sentence is not None) is refused
    if sentence is not None:
        assert sentence.startswith(f"Invalid value {value} for configuration {key}: ")

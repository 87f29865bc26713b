"""The broker and the Java worker that other tests stand on."""

import json
import urllib.request
from typing import Any

import pytest


@pytest.mark.kafka
def test_the_broker_creates_and_lists_topics(kafka_broker: Any) -> None:
    command = "org.apache.kafka.tools.TopicCommand"
    where = ("--bootstrap-server", kafka_broker.bootstrap)
    kafka_broker.tool(command, *where, "--create", "--topic", "infra-1", "--partitions", "3")
    assert "infra-1" in kafka_broker.tool(command, *where, "--list").split()


@pytest.mark.java_connect
def test_java_connect_answers_with_its_version(java_connect_url: str) -> None:
    with urllib.request.urlopen(java_connect_url) as answer:
        assert json.load(answer)["version"] == "4.3.1"

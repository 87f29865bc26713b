from __future__ import annotations

import pytest

from weir_runtime.app import missing
from weir_runtime.app.jar import Jars, JavaPlugin

FILE = "org.apache.kafka.connect.file."
PLUGINS = [f"{FILE}FileStreamSinkConnector", f"{FILE}FileStreamSourceConnector", "weir.Datagen",
           "weir.Discard"]  # fmt: skip
JARS = Jars(1, (JavaPlugin("com.example.JdbcSink", "sink", "jdbc-1.jar"),))


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("FileStreamSourceConnecter", f"{FILE}FileStreamSourceConnector"),
        ("com.example.FileStreamSinkConnector", f"{FILE}FileStreamSinkConnector"),
        ("io.confluent.kafka.connect.datagen.DatagenConnector", "weir.Datagen"),
        ("io.confluent.connect.jdbc.JdbcSourceConnector", None),
        ("io.debezium.connector.postgresql.PostgresConnector", None),
        ("", None),
    ],
)
def test_the_nearest_plugin_is_named_only_where_it_is_near(name: str, near: str | None) -> None:
    assert missing.nearest(name, PLUGINS) == near


@pytest.mark.parametrize(
    ("name", "origin"),
    [
        ("com.example.JdbcSink", "a Java sink of jdbc-1.jar"),
        ("JdbcSink", "a Java sink of jdbc-1.jar"),
        ("io.debezium.connector.mysql.MySqlConnector", "of Debezium, change data capture"),
        ("org.apache.kafka.connect.mirror.MirrorSourceConnector", "of MirrorMaker 2"),
        ("com.acme.Mine", None),
    ],
)
def test_what_a_class_is_comes_from_the_jars_or_its_package(name: str, origin: str | None) -> None:
    found = missing.origin(name, JARS)
    assert found == origin or (origin is not None and origin in (found or ""))


def test_a_config_without_a_class_says_so() -> None:
    assert missing.sentence("", JARS, PLUGINS) == "its config names no connector.class"

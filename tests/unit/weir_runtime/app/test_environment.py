from __future__ import annotations

import logging

import pytest

from weir_runtime.app import environment, jar
from weir_runtime.app.jar import Jars, JavaPlugin

NAMES = ("KAFKA_HEAP_OPTS", "KAFKA_JVM_PERFORMANCE_OPTS", "KAFKA_LOG4J_OPTS", "JMX_PORT",
         "EXTRA_ARGS", "CLASSPATH")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_what_java_would_read_is_noticed_and_its_value_never_shown(name: str) -> None:
    (notice,) = environment.variables({name: "hunter2", "PATH": "/bin", "JAVA_HOME": "/java"})
    assert notice.name == name
    assert "hunter2" not in str(environment.summary([notice], Jars()))


@pytest.mark.parametrize(
    ("options", "name", "advice"),
    [
        ("-javaagent:/opt/jmx_prometheus_javaagent.jar=9404:/etc/x.yml -Dx=y",
         "KAFKA_OPTS with jmx_prometheus_javaagent.jar", "metrics.listeners"),
        ("-javaagent:/opt/otel.jar", "KAFKA_OPTS with otel.jar", "agents belong to a JVM"),
        ("-Dcom.example=hunter2", "KAFKA_OPTS", "no JVM"),
    ],
)  # fmt: skip
def test_options_of_a_jvm_are_noticed(options: str, name: str, advice: str) -> None:
    (notice,) = environment.variables({"KAFKA_OPTS": options})
    assert (notice.name, advice in notice.advice) == (name, True)


def test_the_login_file_of_basic_authentication_is_not_called_ignored() -> None:
    options = "-Djava.security.auth.login.config=/etc/kafka/jaas.conf"
    assert environment.variables({"KAFKA_OPTS": options}) == []


def test_variables_of_confluent_images_are_one_notice() -> None:
    given = {"CONNECT_REST_PORT": "8083", "CONNECT_GROUP_ID": "g", "CONNECT_SASL_JAAS_CONFIG": "x"}
    (notice,) = environment.variables(given)
    assert notice.name == "CONNECT_GROUP_ID and 2 more"


def test_an_environment_without_java_is_not_mentioned() -> None:
    assert environment.summary(environment.variables({"PATH": "/bin"}), Jars()) is None


async def test_everything_is_one_line(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugins = tuple(JavaPlugin(f"com.example.C{number}", "sink", "a.jar") for number in range(5))
    monkeypatch.setattr(jar, "look", lambda *_, **__: Jars(7, plugins, complete=False))
    with caplog.at_level(logging.WARNING):
        await environment.report([], {"JMX_PORT": "9999", "KAFKA_HEAP_OPTS": "-Xmx1g"})
    (line,) = [record.getMessage() for record in caplog.records]
    assert line == (
        "The environment is that of a Java worker: plugin.path holds at least 7 jars with the "
        "connectors com.example.C0, com.example.C1, com.example.C2 and 2 more, which cannot be run "
        "here; not read here: KAFKA_HEAP_OPTS, JMX_PORT (the executors of Weir need no heap; "
        "executor.max.count limits their number; metrics are on metrics.listeners, without an "
        "agent)"
    )

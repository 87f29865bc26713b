"""What a worker says about itself on a port of its own."""

from __future__ import annotations

import http.client
import json
import re
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families

pytestmark = pytest.mark.kafka

SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector"
SINK = "org.apache.kafka.connect.file.FileStreamSinkConnector"
TASK = {"task": "0"}
NEW, OLD = "kafka_connect_{}_task_metrics_{}", "kafka_connect_{}_task_{}"


class Scraper:
    """A client of one metrics port."""

    def __init__(self, port: int) -> None:
        self.port = port

    def get(self, path: str = "/metrics", **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, dict(answer.getheaders()), body

    def samples(self) -> dict[str, list[tuple[dict[str, str], float]]]:
        status, _, body = self.get()
        assert status == 200
        found: dict[str, list[tuple[dict[str, str], float]]] = {}
        for family in text_string_to_metric_families(body.decode()):
            for sample in family.samples:
                found.setdefault(sample.name, []).append((sample.labels, sample.value))
        return found

    def value(self, name: str, **labels: str) -> float | None:
        """Return the one sample with these labels."""
        for found, value in self.samples().get(name, []):
            if labels.items() <= found.items():
                return value
        return None


@pytest.fixture
def scraper(properties: dict[str, str], free_port_of: Callable[[int], int]) -> Scraper:
    """Give a client of the worker's metrics; taken before the worker is made."""
    port = free_port_of(1)
    properties["metrics.listeners"] = f"http://127.0.0.1:{port}"
    return Scraper(port)


def source(path: Path, topic: str) -> dict[str, str]:
    return {"connector.class": SOURCE, "tasks.max": "1", "file": str(path), "topic": topic}


def sink(path: Path, topic: str) -> dict[str, str]:
    return {"connector.class": SINK, "tasks.max": "1", "file": str(path), "topics": topic}


def write(path: Path, first: int, last: int) -> None:
    with path.open("a") as file:
        file.write("".join(f"line {number}\n" for number in range(first, last)))


def test_records_are_counted_as_moved_and_series_end_with_their_connector(
    scraper: Scraper, worker: Any, group: str, tmp_path: Path
) -> None:
    given, taken = tmp_path / "in.txt", tmp_path / "out.txt"
    write(given, 0, 5000)
    worker.start()
    worker.put("source", source(given, group))
    worker.put("sink", sink(taken, group))
    worker.wait_running("sink")

    def counted(name: str, connector: str) -> float | None:
        return scraper.value(name, connector=connector, **TASK)

    for rows in (5000, 6000):
        write(given, 5000, rows)
        for kind, what in (
            ("source", "source_record_poll_total"),
            ("source", "source_record_write_total"),
            ("sink", "sink_record_read_total"),
            ("sink", "sink_record_send_total"),
        ):
            for shape in (NEW, OLD):
                name = shape.format(kind, what)
                worker.until(lambda n=name, k=kind, r=rows: counted(n, k) == r, f"{name} is off")
    assert len(taken.read_text().splitlines()) == 6000
    lag = {"connector": "sink", "topic": group, "partition": "0", **TASK}
    worker.until(lambda: scraper.value("weir_sink_lag_records", **lag) == 0, "the lag stays")
    found = scraper.samples()
    assert ({"connector": "sink", "status": "running"}, 1) in found[
        "kafka_connect_connector_status"
    ]
    state = {"connector": "source", "status": "running", **TASK}
    assert (state, 1) in found["kafka_connect_connector_task_metrics"]
    assert found["weir_sink_latency_max_seconds"][0][1] < 60
    assert found["kafka_connect_connect_worker_metrics_task_count"] == [({}, 2)]
    assert found["kafka_connect_worker_rebalance_completed_rebalances_total"][0][1] == 1
    put = {"endpoint": "/connectors/{connector}/config", "method": "PUT", "status": "201"}
    assert (put, 2) in found["weir_rest_requests_total"]
    assert len(found["weir_executor_resident_memory_bytes"]) >= 2
    worker.must("DELETE", "/connectors/source")

    def is_gone(labels: str) -> bool:
        return labels.encode() not in scraper.get()[2]

    worker.until(lambda: is_gone('connector="source"'), "series of a deleted connector stay")
    worker.must("PUT", "/connectors/sink/stop")
    task = 'connector="sink",task="0"'
    worker.until(lambda: is_gone(task), "a stopped task's series stay")
    assert scraper.value("kafka_connect_connector_status", connector="sink", status="stopped") == 1


def test_a_scraper_gets_the_format_it_asks_for(scraper: Scraper, worker: Any) -> None:
    worker.start()
    status, headers, body = scraper.get(
        Accept="application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"
    )
    assert (status, headers["Content-Type"].partition(";")[0]) == (
        200,
        "application/openmetrics-text",
    )
    read: Any = openmetrics.text_string_to_metric_families
    families = {family.name for family in read(body.decode())}
    assert {"process_cpu_seconds", "weir_rest_requests", "weir_event_loop_lag_seconds"} <= families
    _, headers, small = scraper.get(**{"Accept-Encoding": "gzip"})
    assert headers["Content-Encoding"] == "gzip"
    assert len(small) < len(body) / 3
    assert scraper.get("/")[2].startswith(b"Metrics of this worker are at /metrics")
    assert scraper.get("/connectors")[0] == 404


def test_silent_scrapers_hold_nobody_up(scraper: Scraper, worker: Any) -> None:
    worker.start()
    silent = [socket.create_connection(("127.0.0.1", scraper.port)) for _ in range(30)]
    for one in silent:
        one.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n")
    began = time.monotonic()
    assert scraper.get()[0] == 200
    assert worker.call("GET", "/connectors")[0] == 200
    assert time.monotonic() - began < 5
    for one in silent:
        one.settimeout(15)
        assert b"200 OK" not in one.recv(4096)  # cut, or told that it was too slow
        one.close()


CANARY = "c4nary"
SECRET = re.compile(f"{CANARY}-(typed|url|store|jaas|key|info|worker)-1")
JAAS = "org.apache.kafka.common.security.plain.PlainLoginModule required"
LEAKY = """
from typing import Annotated

import logging
import pydantic

from weir_runtime.api.config import Config, Opt
from weir_runtime.api.connector import SourceConnector, SourceTask


class LeakyConfig(Config):
    word: pydantic.SecretStr = Opt(doc="A password by its type alone.")
    where: str = Opt("task", doc="Where to fail.")
    url: str = Opt("", doc="With user and password.")


def tell(config):
    logging.getLogger("driver").debug("debugging %s", config.word.get_secret_value())
    print("printed", config.word.get_secret_value())
    logging.getLogger("driver").error("cannot log in with %s", config.word.get_secret_value())
    logging.getLogger("driver").warning("trying %s", config.url, extra={"dsn": config.url})
    raise RuntimeError(f"login with {config.word.get_secret_value()} at {config.url} refused")


class LeakyTask(SourceTask):
    config_class = LeakyConfig

    def start(self):
        tell(self.config)

    def batches(self):
        yield None


class LeakyConnector(SourceConnector):
    config_class = LeakyConfig
    task_class = LeakyTask
    version = "1"

    def validate(self, config):
        if config.get("where") == "validate":
            return {"url": [f"cannot reach {config['url']} with {config['word']}"]}
        if config.get("where") == "broken":
            raise ValueError(f"cannot reach {config['url']} with {config['word']}")
        return {}

    def start(self):
        if self.config.where == "start":
            tell(self.config)

    def task_configs(self, max_tasks):
        return [dict(self.properties)]
"""


def install(worker: Any, folder: Path) -> None:
    """Give the worker the leaky plugin, and a secret of its own."""
    (folder / "leaky-1.dist-info").mkdir(parents=True)
    (folder / "leaky.py").write_text(LEAKY)
    (folder / "leaky-1.dist-info" / "METADATA").write_text("Name: leaky\nVersion: 1\n")
    points = "[weir.sources]\nleaky.LeakyConnector = leaky:LeakyConnector\n"
    (folder / "leaky-1.dist-info" / "entry_points.txt").write_text(points)
    with Path(worker.arguments[1]).open("a") as file:
        file.write(f"plugin.path={folder.parent}\nconnector.client.config.override.policy=All\n")
        file.write(f'sasl.jaas.config={JAAS} username="u" password="{CANARY}-worker-1";\n')


def test_no_secret_leaves_but_where_the_config_itself_is_asked_for(
    scraper: Scraper,
    worker: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install(worker, tmp_path / "plugins" / "leaky")
    monkeypatch.setenv("WEIR_LOG_FORMAT", "json")
    worker.start()
    worker.must("PUT", "/admin/loggers/root", {"level": "DEBUG"})
    config = {
        "connector.class": "leaky.LeakyConnector",
        "word": f"{CANARY}-typed-1",
        "url": f"jdbc:postgresql://user:{CANARY}-url-1@db.example:5432/x",
        "ssl.keystore.password": f"{CANARY}-store-1",
        "producer.override.sasl.jaas.config": f'{JAAS} username="u" password="{CANARY}-jaas-1";',
        "producer.override.ssl.key.password": f"{CANARY}-key-1",
        "value.converter": "org.apache.kafka.connect.storage.StringConverter",
        "value.converter.basic.auth.user.info": f"user:{CANARY}-info-1",
    }
    answers: list[Any] = []
    for where in ("validate", "broken"):
        body = {**config, "name": "v", "where": where}
        answers.append(worker.call("PUT", "/connectors/v/config", body))
        path = "/connector-plugins/leaky.LeakyConnector/config/validate"
        validation = worker.call("PUT", path, body)
        answers.append([one["value"]["errors"] for one in validation[1].get("configs", [])])
    failing = {"start": ("FAILED", []), "task": ("RUNNING", ["FAILED"])}
    for where, states in failing.items():
        worker.put(where, {**config, "where": where})
        worker.until(lambda w=where, s=states: worker.states(w) == s, f"{where} does not fail")
        answers.append(worker.must("GET", f"/connectors/{where}/status"))
        assert "login with [hidden]" in json.dumps(answers[-1])
    bad = {**config, "where": "no", "producer.override.linger.ms": f"{CANARY}-no-number"}
    worker.call("PUT", "/connectors/bad/config", bad)
    answers += [worker.call("GET", path) for path in ("/connectors/none", "/openapi.json")]
    answers.append(scraper.get()[2].decode())
    shown = worker.must("GET", "/connectors/task/config")
    assert shown["word"] == f"{CANARY}-typed-1"  # as in Java: the user's own config
    time.sleep(0.5)
    log = worker.text()
    assert [text for text in (json.dumps(answers), *log.splitlines()) if SECRET.search(text)] == []
    documents = [json.loads(line) for line in log.splitlines()]
    told = [one for one in documents if one["message"] == "cannot log in with [hidden]"]
    assert (told[-1]["connector"], told[-1]["logger"]) == ("task", "driver")
    assert told[-1]["task"] == 0
    assert any(one["message"] == "printed [hidden]" for one in documents)
    assert any(one["message"] == "debugging [hidden]" for one in documents)

"""Measure Java Connect and ours side by side, in one run on one broker.

    .venv/bin/python bench/run.py [--lines N] [--rounds N] [--connectors N] [--write]

Prints a Markdown table; `--write` keeps the figures in docs/benchmarks.json and makes the table of
docs/benchmarks.md and the plots of docs/plots out of them. CPU is that of the worker
with all its processes and native threads, system time included, without the broker's.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import os
import platform
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import confluent_kafka
import confluent_kafka.admin
import plot
import psutil
import report
import text
import worker

PORTS = {"java": 28083, "weir": 28084}


@dataclasses.dataclass(frozen=True)
class Flow:
    """Figures of one run of a file connector."""

    per_s: float
    cpu_us: float
    rss: int


class Bench:
    """One run: its broker, its workers, its figures."""

    def __init__(self, stand: worker.Stand, options: argparse.Namespace) -> None:
        self.stand = stand
        self.options = options
        quiet = {"bootstrap.servers": stand.bootstrap, "log_level": 0}
        self.admin = confluent_kafka.admin.AdminClient(quiet)
        self.probe = confluent_kafka.Consumer({**quiet, "group.id": "bench-probe"})
        self.input = stand.scratch / "input.txt"
        self.size = text.write_lines(self.input, options.lines)

    def create_topic(self, name: str) -> None:
        topic = confluent_kafka.admin.NewTopic(name, num_partitions=1, replication_factor=1)
        self.admin.create_topics([topic])[name].result(30)

    def end(self, topic: str) -> int:
        partition = confluent_kafka.TopicPartition(topic, 0)
        high: int = self.probe.get_watermark_offsets(partition, timeout=30)[1]
        return high

    def flow(self, target: worker.Worker, config: dict[str, str], done: Callable[[], bool]) -> Flow:
        """Run one connector until `done` and return its figures."""
        cpu, began = target.cpu_s(), time.monotonic()
        name = config["name"]
        target.client.must("PUT", f"/connectors/{name}/config", config)
        peak = 0
        while not done():
            if time.monotonic() - began > 600:
                status = target.client.must("GET", f"/connectors/{name}/status")
                raise RuntimeError(f"{target.name} did not finish: {status}")
            peak = max(peak, target.rss()[1])
            time.sleep(0.05)
        wall, used = time.monotonic() - began, target.cpu_s() - cpu
        target.client.must("DELETE", f"/connectors/{name}")
        return Flow(self.options.lines / wall, used / self.options.lines * 1e6, peak)

    def source(self, target: worker.Worker, number: int) -> Flow:
        topic = f"bench-{target.name}-{number}"
        self.create_topic(topic)
        config = {
            "name": f"bench-source-{number}",
            "connector.class": "org.apache.kafka.connect.file.FileStreamSourceConnector",
            "tasks.max": "1",
            "file": str(self.input),
            "topic": topic,
        }
        return self.flow(target, config, lambda: self.end(topic) >= self.options.lines)

    def sink(self, target: worker.Worker, number: int) -> Flow:
        output = self.stand.scratch / f"output-{target.name}-{number}.txt"
        config = {
            "name": f"bench-sink-{number}",
            "connector.class": "org.apache.kafka.connect.file.FileStreamSinkConnector",
            "tasks.max": "1",
            "file": str(output),
            "topics": f"bench-{target.name}-{number}",
        }
        flow = self.flow(
            target, config, lambda: output.exists() and output.stat().st_size >= self.size
        )
        same = subprocess.run(["cmp", str(self.input), str(output)], check=False)
        if same.returncode != 0:
            raise RuntimeError(f"{target.name}: what came out is not what went in")
        output.unlink()
        return flow

    def flows(self) -> dict[str, dict[str, list[Flow]]]:
        """Run source and sink in turn on both workers, `rounds` times."""
        figures: dict[str, dict[str, list[Flow]]] = {
            kind: {name: [] for name in PORTS} for kind in ("source", "sink")
        }
        for number in range(self.options.rounds):
            for name, port in PORTS.items():
                target = self.stand.start(name, f"bench-flow-{name}", port)
                try:
                    figures["source"][name].append(self.source(target, number))
                    figures["sink"][name].append(self.sink(target, number))
                finally:
                    target.stop()
                print(f"round {number} {name}: {figures['source'][name][-1]} source", flush=True)
                print(f"round {number} {name}: {figures['sink'][name][-1]} sink", flush=True)
        return figures

    def idle(self, name: str) -> tuple[int, int]:
        target = self.stand.start(name, f"bench-idle-{name}", PORTS[name])
        try:
            time.sleep(5)
            return target.rss()
        finally:
            target.stop()

    def puts(self, name: str) -> tuple[float, float]:
        """Return seconds for N new connectors until all run, and for a start that replays them."""
        group, count = f"bench-puts-{name}", self.options.connectors
        target = self.stand.start(name, group, PORTS[name])
        try:
            took = self.put_all(target, count)
        finally:
            target.stop()
        again = self.stand.start(name, group, PORTS[name], wanted=count)
        again.stop()
        return took, again.started_s

    def put_all(self, target: worker.Worker, count: int) -> float:
        missing = self.stand.scratch / "missing.txt"
        began = time.monotonic()
        for number in range(count):
            config = {
                "connector.class": "org.apache.kafka.connect.file.FileStreamSourceConnector",
                "tasks.max": "1",
                "file": str(missing),
                "topic": f"bench-puts-{number}",
            }
            target.client.must("PUT", f"/connectors/c{number}/config", config)
        while not all_running(target.client, count):
            if time.monotonic() - began > 300:
                raise RuntimeError(f"{target.name}: not all of {count} connectors run")
            time.sleep(0.02)
        return time.monotonic() - began


def all_running(client: worker.Client, count: int) -> bool:
    answer: dict[str, Any] = client.must("GET", "/connectors?expand=status")
    statuses = [entry["status"] for entry in answer.values()]
    return len(statuses) == count and all(
        status["connector"]["state"] == "RUNNING"
        and status["tasks"]
        and all(task["state"] == "RUNNING" for task in status["tasks"])
        for status in statuses
    )


def machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def commit() -> str | None:
    """Return the commit that is measured, None where Git does not tell."""
    command = ["git", "-C", str(worker.ROOT), "rev-parse", "--short", "HEAD"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return done.stdout.strip() or None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--connectors", type=int, default=200)
    parser.add_argument(
        "--write", action="store_true", help="keep the figures and redraw what shows them"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="weir-bench-") as folder:
        scratch = Path(folder)
        environment = {
            **os.environ,
            "KAFKA_STATE": str(scratch / "kafka"),
            "KAFKA_PORT": "28092",
            "KAFKA_HEAP": "1g",
        }

        def kafka(*arguments: str) -> str:
            done = subprocess.run(
                [str(worker.KAFKA), *arguments], env=environment, check=True, stdout=subprocess.PIPE
            )
            return done.stdout.decode().strip()

        stand = worker.Stand(kafka("broker"), scratch)
        try:
            bench = Bench(stand, options)
            figures = report.Figures(
                date=str(datetime.datetime.now(datetime.UTC).date()),
                commit=commit(),
                machine=machine(),
                lines=options.lines,
                rounds=options.rounds,
                connectors=options.connectors,
                line_bytes=bench.size / options.lines,
                rows=report.rows(
                    idle={name: bench.idle(name) for name in PORTS},
                    puts={name: bench.puts(name) for name in PORTS},
                    flows=bench.flows(),
                ),
            )
        finally:
            kafka("down")
    print(report.table(figures))
    if options.write:
        report.keep(plot.DOCS / "benchmarks.json", figures)
        plot.main()


if __name__ == "__main__":
    main()

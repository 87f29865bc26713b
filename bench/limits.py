"""Let abusive clients loose on a real worker and measure what others feel.

    .venv/bin/python bench/limits.py [--write] [--only NAME ...]

Prints a Markdown table; `--write` puts it into docs/limits.md. Abusers run in a process of their
own. The others are four clients at another address that ask for a connector's status a hundred
times a second each, one of them on a new connection each time, and a pipeline.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import concurrent.futures
import dataclasses
import datetime
import multiprocessing
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import confluent_kafka
import report
import worker

from weir_runtime.rest.auth import scrypt

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "fixtures"))

import abuse  # noqa: E402 - of the tests
import certificate  # noqa: E402
import witness  # noqa: E402

PAGE = ROOT / "docs" / "limits.md"
HTTP, HTTPS, LOGIN = 28085, 28086, 28087
RATE = 20_000
BEFORE_S = 8.0
LEAST_S = 3.0
STATUS = "/connectors/ticks/status"


@dataclasses.dataclass
class Stand(worker.Stand):
    """Workers with further properties."""

    extra: dict[str, str] = dataclasses.field(default_factory=dict)

    def properties(self, group: str, port: int) -> str:
        lines = "".join(f"{key}={value}\n" for key, value in self.extra.items())
        return super().properties(group, port) + lines


@dataclasses.dataclass(frozen=True)
class Felt:
    """What others felt for a while."""

    p99_ms: float
    failures: int
    per_s: float


class Pipeline:
    """Counts the records of a source."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._probe = confluent_kafka.Consumer(
            {"bootstrap.servers": bootstrap, "group.id": "limits-probe", "log_level": 0}
        )
        self._topic = topic

    def end(self) -> int:
        partition = confluent_kafka.TopicPartition(self._topic, 0)
        high: int = self._probe.get_watermark_offsets(partition, timeout=30)[1]
        return high


class Limits:
    """One run."""

    def __init__(self, pipeline: Pipeline, pool: concurrent.futures.Executor) -> None:
        self._pipeline = pipeline
        self._pool = pool

    async def feel(self, who: witness.Witness, over: asyncio.Event) -> Felt:
        began, first = time.monotonic(), await asyncio.to_thread(self._pipeline.end)
        felt = await who.watch(over)
        last = await asyncio.to_thread(self._pipeline.end)
        per_s = (last - first) / (time.monotonic() - began)
        return Felt(felt.p99_ms, len(felt.failures), per_s)

    async def calm(self, who: witness.Witness) -> Felt:
        over = asyncio.Event()
        asyncio.get_running_loop().call_later(BEFORE_S, over.set)
        return await self.feel(who, over)

    async def run(
        self, item: abuse.Abuse, target: abuse.Target, who: witness.Witness
    ) -> tuple[abuse.Outcome, Felt]:
        over, loop = asyncio.Event(), asyncio.get_running_loop()
        feeling = asyncio.ensure_future(self.feel(who, over))
        outcome = await loop.run_in_executor(self._pool, suffer, item.name, target)
        over.set()
        return outcome, await feeling


def suffer(name: str, target: abuse.Target) -> abuse.Outcome:
    """Run one abuser, again and again for some seconds; return what it got the first time."""
    item = next(one for one in (*abuse.ALL, abuse.TLS, abuse.GUESS) if one.name == name)
    began = time.monotonic()
    outcome = asyncio.run(item.run(target))
    while time.monotonic() - began < LEAST_S:
        asyncio.run(item.run(target))
    return outcome


def row(item: abuse.Abuse, outcome: abuse.Outcome, felt: Felt) -> str:
    got = outcome.text if outcome.closed else outcome.text.replace(", still open", "")
    failed = f", {felt.failures} failed" if felt.failures else ""
    return f"| {item.name} | {item.does} | {got} | {felt.p99_ms:.1f}{failed} | {felt.per_s:,.0f} |"


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


async def everyone(stand: Stand, only: list[str]) -> list[str]:
    authority = certificate.Authority(stand.scratch / "tls")
    stand.extra = {
        "listeners": f"http://127.0.0.1:{HTTP},https://127.0.0.1:{HTTPS}",
        "listeners.https.ssl.keystore.type": "PEM",
        "listeners.https.ssl.keystore.location": str(authority.sign("server")),
        "offset.flush.interval.ms": "1000",
    }
    context = multiprocessing.get_context("spawn")
    running = stand.start("weir", "limits", HTTP)
    try:
        start_pipeline(running)
        with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
            limits = Limits(Pipeline(stand.bootstrap, "ticks"), pool)
            http = abuse.Target("127.0.0.1", HTTP)
            who = witness.Witness(http, STATUS)
            rows = [await calm_row(limits, who, "nobody", "(before)")]
            for item in (*abuse.ALL, abuse.TLS):
                if only and item.name not in only:
                    continue
                where = http if item is not abuse.TLS else abuse.Target("127.0.0.1", HTTPS)
                rows.append(row(item, *await limits.run(item, where, who)))
                print(rows[-1], flush=True)
            rows.append(await calm_row(limits, who, "nobody", "(after)"))
            rows.append(await busy_row(http, running))
    finally:
        running.stop()
    return rows


async def calm_row(limits: Limits, who: witness.Witness, name: str, does: str) -> str:
    felt = await limits.calm(who)
    shown = f"| {name} | {does} | | {felt.p99_ms:.1f} | {felt.per_s:,.0f} |"
    print(shown, flush=True)
    return shown


async def busy_row(target: abuse.Target, running: worker.Worker) -> str:
    for number in range(200):
        config = {
            "connector.class": "org.apache.kafka.connect.file.FileStreamSourceConnector",
            "file": "/nonexistent",
            "topic": "idle",
        }
        running.client.must("PUT", f"/connectors/idle{number}/config", config)
    await asyncio.sleep(5)
    who = witness.Witness(target, "/connectors/idle100/status", clients=20, every_s=0.02)
    felt = await who.watch_for(8)
    shown = (
        "| 20 clients | each asks for a status 50 times a second, beside 200 connectors | "
        f"{len(felt.times)} x 200 | {felt.p99_ms:.1f} | |"
    )
    print(shown, flush=True)
    return shown


def start_pipeline(running: worker.Worker) -> None:
    config = {
        "connector.class": "weir.Datagen",
        "topic": "ticks",
        "fields": '{"id": {"type": "sequence"}}',
        "rate": str(RATE),
    }
    running.client.must("PUT", "/connectors/ticks/config", config)
    config = {"connector.class": "weir.Discard", "topics": "ticks"}
    running.client.must("PUT", "/connectors/away/config", config)
    time.sleep(5)


async def guesser(stand: Stand) -> list[str]:
    users = stand.scratch / "users.properties"
    hashed = scrypt.hash_of(b"right")
    users.write_text(f"alice={hashed}\nbob={hashed}\n")
    stand.extra = {"rest.auth.credentials.file": str(users)}
    context = multiprocessing.get_context("spawn")
    running = start_with_login(stand)
    login = base64.b64encode(b"bob:right").decode()
    try:
        with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
            limits = Limits(Pipeline(stand.bootstrap, "ticks"), pool)
            target = abuse.Target("127.0.0.1", LOGIN)
            head = f"Authorization: Basic {login}\r\n"
            who = witness.Witness(target, "/connectors", headers=head)
            shown = row(abuse.GUESS, *await limits.run(abuse.GUESS, target, who))
    finally:
        running.terminate()
        running.wait(30)
    # there is no pipeline on this worker
    shown = shown.rsplit("|", 2)[0] + "| |"
    print(shown, flush=True)
    return [shown]


def start_with_login(stand: Stand) -> subprocess.Popen[bytes]:
    file = stand.scratch / "login.properties"
    file.write_text(stand.properties("limits-login", LOGIN))
    log = (stand.scratch / "login.log").open("ab")
    made = subprocess.Popen(worker.weir_command(file), stdout=log, stderr=log)
    client = worker.Client(LOGIN)
    deadline = time.monotonic() + 60
    while True:
        try:
            if client.call("GET", "/")[0] == 401:
                return made
        except (OSError, ValueError):
            client.close()
        if time.monotonic() > deadline:
            raise RuntimeError("the worker with a login did not answer within 60 s")
        time.sleep(0.1)


def table(rows: list[str], load: float) -> str:
    today = datetime.datetime.now(datetime.UTC).date()
    return "\n".join(
        [
            f"Measured {today} with `make limits`: {machine()}; broker, worker, abusers and the "
            f"others on the same machine, which had a load of {load:.0f} before; a source of "
            f"{RATE:,} records/s into a sink.",
            "",
            "| Client | What it does | What it gets | p99 of GET status, ms | Records/s |",
            "| --- | --- | --- | --- | --- |",
            *rows,
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the table into docs/limits.md")
    parser.add_argument("--only", nargs="*", default=[], help="names of abusers")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="weir-limits-") as folder:
        scratch = Path(folder)
        environment = {
            **os.environ,
            "KAFKA_STATE": str(scratch / "kafka"),
            "KAFKA_PORT": "28192",
        }

        def kafka(*arguments: str) -> str:
            done = subprocess.run(
                [str(worker.KAFKA), *arguments], env=environment, check=True, stdout=subprocess.PIPE
            )
            return done.stdout.decode().strip()

        stand = Stand(kafka("broker"), scratch)
        try:
            rows = asyncio.run(everyone(stand, options.only))
            if not options.only:
                rows += asyncio.run(guesser(stand))
        finally:
            kafka("down")
    shown = table(rows, load)
    print(shown)
    if options.write:
        report.write(PAGE, shown)


if __name__ == "__main__":
    main()

"""The demo: an embedded broker, one worker, the connectors of this folder, a live table.

`make demo` runs it; Ctrl-C ends everything. Needs neither Java nor Docker. The embedded broker
keeps everything in memory and is for demos only.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
SCRATCH = Path("/tmp/weir-demo")  # noqa: S108 - the examples name this folder
PORT = 8083

stop = threading.Event()


def say(text: str) -> None:
    """Print a line for the person who watches."""
    print(text, flush=True)


def free_port() -> int:
    """Return Connect's usual port, or another one where that is taken."""
    for port in (PORT, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            chosen: int = probe.getsockname()[1]
            return chosen
    raise OSError("no free port on the loopback address")


def worker_properties(port: int) -> Path:
    """Write the worker's properties: a distributed worker, as one would run on a real broker."""
    lines = {
        "bootstrap.servers": "memory://",
        "group.id": "weir-demo",
        "config.storage.topic": "demo-configs",
        "offset.storage.topic": "demo-offsets",
        "status.storage.topic": "demo-status",
        "key.converter": "org.apache.kafka.connect.json.JsonConverter",
        "value.converter": "org.apache.kafka.connect.json.JsonConverter",
        "key.converter.schemas.enable": "false",
        "value.converter.schemas.enable": "false",
        "offset.flush.interval.ms": "1000",
        "listeners": f"http://127.0.0.1:{port}",
    }
    file = SCRATCH / "worker.properties"
    file.write_text("".join(f"{key}={value}\n" for key, value in lines.items()))
    return file


def get(url: str) -> Any:
    """Return the JSON at `url`."""
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - the demo's own worker
        return json.load(answer)


def wait_ready(url: str, worker: subprocess.Popen[bytes]) -> None:
    """Wait until the worker lists its connectors."""
    for _ in range(300):
        if worker.poll() is not None:
            tail = (SCRATCH / "worker.log").read_text().splitlines()[-5:]
            raise SystemExit("the worker ended while it was starting:\n" + "\n".join(tail))
        with contextlib.suppress(OSError):
            get(f"{url}/connectors")
            return
        stop.wait(0.1)
    raise SystemExit("the worker did not answer within 30 s; see " + str(SCRATCH / "worker.log"))


def book() -> Iterator[str]:
    """Yield lines of a real text, over and over."""
    lines = (HERE.parent / "LICENSE").read_text().splitlines()
    while True:
        yield from (line for line in lines if line.strip())


def write_input(file: Path) -> None:
    """Let a real file grow until the demo ends."""
    lines = book()
    with file.open("a") as out:
        while not stop.wait(0.1):
            out.write(next(lines) + "\n")
            out.flush()


def count_lines(file: Path) -> int:
    """Return the number of lines of a file that may not be there yet."""
    with contextlib.suppress(FileNotFoundError):
        return file.read_bytes().count(b"\n")
    return 0


def table(url: str) -> list[str]:
    """Return the lines of the status table."""
    answer = get(f"{url}/connectors?expand=status&expand=info")
    rows = [f"{'CONNECTOR':<24}{'TYPE':<8}{'STATE':<12}TASKS"]
    for name, both in sorted(answer.items()):
        status = both["status"]
        tasks = ", ".join(task["state"] for task in status["tasks"]) or "-"
        rows.append(f"{name:<24}{status['type']:<8}{status['connector']['state']:<12}{tasks}")
    rows.append("")
    rows.append(f"{'FILE':<44}LINES")
    files = sorted(SCRATCH.glob("*.txt"))
    rows += [f"{file!s:<44}{count_lines(file):,}" for file in files]
    return rows


def watch(url: str, worker: subprocess.Popen[bytes], seconds: float | None) -> None:
    """Draw the table each second until Ctrl-C, or for `seconds`."""
    rounds = 0
    while not stop.is_set() and (seconds is None or rounds < seconds):
        if worker.poll() is not None:
            raise SystemExit(f"the worker ended with code {worker.returncode}")
        if sys.stdout.isatty():
            sys.stdout.write("\x1b[H\x1b[2J")
        say("\n".join([*table(url), "", f"REST API: {url}   Ctrl-C ends the demo"]))
        rounds += 1
        stop.wait(1)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Hold the folder against a second demo, which would write into the same files."""
    with SCRATCH.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SystemExit(f"another demo is using {SCRATCH}; end it with Ctrl-C first") from None
        yield


def run(seconds: float | None) -> None:
    """Start everything, watch, and end everything again."""
    shutil.rmtree(SCRATCH, ignore_errors=True)
    SCRATCH.mkdir(parents=True)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    say(f"starting a worker with an embedded broker (log: {SCRATCH / 'worker.log'})")
    with (SCRATCH / "worker.log").open("wb") as log:
        command = [str(BIN / "weir-worker"), "distributed", str(worker_properties(port))]
        worker = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)  # noqa: S603
    writer = threading.Thread(target=write_input, args=(SCRATCH / "input.txt",), name="writer")
    try:
        wait_ready(url, worker)
        writer.start()
        say(f"applying {HERE.name}/ with weirctl")
        subprocess.run(  # noqa: S603 - our own program
            [str(BIN / "weirctl"), "-f", str(HERE), "--connect", url, "apply"], check=True
        )
        watch(url, worker, seconds)
    finally:
        stop.set()
        worker.send_signal(signal.SIGTERM)
        try:
            worker.wait(20)
        except subprocess.TimeoutExpired:
            worker.kill()
        if writer.is_alive():
            writer.join()
    say(f"\nended; what it wrote is in {SCRATCH}")


def end(_signal: int, _frame: FrameType | None) -> None:
    """Ask the demo to end; a second Ctrl-C is not needed."""
    stop.set()


def main() -> None:
    """Run the demo."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, help="end by itself after so many seconds")
    options = parser.parse_args()
    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    with alone():
        run(options.seconds)


if __name__ == "__main__":
    main()

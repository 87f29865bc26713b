"""Measure weirctl on many connectors: created, exported, changed and applied.

    python bench/weirctl.py --connect http://127.0.0.1:8083 [--number 300]

It needs a running worker without connectors, Java's or ours, and leaves it as it was. The
connectors are file sources that read one line; what is measured are whole runs of the program,
with its start, until every task runs again.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

WEIRCTL = str(Path(sys.executable).with_name("weirctl"))
CLASS = "org.apache.kafka.connect.file.FileStreamSourceConnector"


def measured(*words: str) -> float:
    """Run weirctl and give the seconds it took."""
    begin = time.monotonic()
    command = [WEIRCTL, "--timeout", "600", *words]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stdout)
    return time.monotonic() - begin


def running(url: str) -> list[str]:
    """Give the names of what runs."""
    with urllib.request.urlopen(f"{url}/connectors", timeout=60) as answer:
        found: list[str] = json.load(answer)
    return found


def write(folder: Path, number: int) -> None:
    """Write the files of new connectors."""
    lines = folder.parent / "lines.txt"
    lines.write_text("a line\n")
    for index in range(number):
        config = {"connector.class": CLASS, "tasks.max": "1", "file": str(lines), "topic": "t"}
        text = json.dumps({"name": f"bench-{index:04}", "config": config})
        (folder / f"{index:04}.json").write_text(text)


def change(folder: Path) -> float:
    """Change every file and give the seconds it took."""
    begin = time.monotonic()
    for file in folder.iterdir():
        file.write_text(file.read_text().replace("topic: t", "topic: other"))
    return time.monotonic() - begin


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connect", metavar="URL", required=True)
    parser.add_argument("--number", type=int, default=300)
    chosen = parser.parse_args()
    url = chosen.connect
    if running(url):
        parser.error(f"{url} has connectors already: use a worker that has none")
    with tempfile.TemporaryDirectory() as root:
        new, exported, empty = (Path(root, name) for name in ("new", "exported", "empty"))
        new.mkdir()
        empty.mkdir()
        write(new, chosen.number)
        at = ("--connect", url)
        times = {"apply, all new": measured(*at, "apply", "-f", str(new))}
        times["export"] = measured(*at, "export", "-f", str(exported))
        times["change the files"] = change(exported)
        times["apply, all changed"] = measured(*at, "apply", "-f", str(exported))
        times["diff, all in sync"] = measured(*at, "diff", "-f", str(exported))
        (first, *_) = sorted(new.iterdir())
        prune = ("--prune", "--prune-max", str(chosen.number), "--yes")
        times["apply --prune, all but one"] = measured(*at, "apply", "-f", str(first), *prune)
        name = json.loads(first.read_text())["name"]
        request = urllib.request.Request(f"{url}/connectors/{name}", method="DELETE")
        urllib.request.urlopen(request, timeout=60).close()
    times["export, change, apply"] = sum(
        times[name] for name in ("export", "change the files", "apply, all changed")
    )
    sys.stdout.write(f"{chosen.number} connectors, seconds\n")
    for name, seconds in times.items():
        sys.stdout.write(f"{name:28}{seconds:6.1f}\n")


if __name__ == "__main__":
    main()

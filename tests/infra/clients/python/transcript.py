"""What a driver writes: one line of JSON for each step, with what its client made of the answer.

A driver is started with a URL, a folder and a name. It runs connectors of that name against the
worker at the URL, through its client alone. The folder holds `lines.txt`, which a source can read.
`CONNECT_LOGIN` is `user:password` where the worker wants one.
"""

import json
import os
import pathlib
import sys
import time
from collections.abc import Callable
from typing import Any

WAIT_S = 45.0
URL, FOLDER, NAME = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
LOGIN = os.environ.get("CONNECT_LOGIN")
SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector"
SINK = "org.apache.kafka.connect.file.FileStreamSinkConnector"
TOPIC = f"{NAME}-lines"
BROKEN = f"{NAME}-broken"


def source() -> dict[str, Any]:
    """Return the config of a source; `tasks.max` is a number, as many people write it."""
    return {
        "connector.class": SOURCE,
        "tasks.max": 1,
        "file": str(FOLDER / "lines.txt"),
        "topic": TOPIC,
    }


def broken() -> dict[str, Any]:
    """Return the config of a sink whose task cannot start: its file is below a file."""
    return {
        "connector.class": SINK,
        "tasks.max": "1",
        "file": str(FOLDER / "lines.txt" / "out.txt"),
        "topics": TOPIC,
    }


def say(step: str, saw: Any) -> None:
    """Write what the client saw."""
    print(json.dumps({"step": step, "saw": saw}), flush=True)


def until(look: Callable[[], Any], wanted: Any) -> Any:
    """Look until the wanted is there; returns what was seen last, wanted or not.

    A status is missing for a moment after a connector was created: what raises is looked at again.
    """
    end = time.monotonic() + WAIT_S
    while True:
        try:
            seen = look()
        except Exception as error:  # noqa: BLE001 - whatever the client raises is what it saw
            seen = f"{type(error).__name__}: {error}"
        if seen == wanted or time.monotonic() > end:
            return seen
        time.sleep(0.1)


def is_rebalance(text: str) -> bool:
    """Say whether a refusal is one of Java Connect's that pass: 409s, and a 500."""
    signs = ("conflict", "rebalance", "stale", "no known leader")
    return any(sign in text for sign in signs)


def calmed(call: Callable[[], Any], is_disturbed: Callable[[Any], bool]) -> Any:
    """Call until a rebalance is no longer in the way; returns the last answer."""
    end = time.monotonic() + WAIT_S
    while is_disturbed(answer := call()) and time.monotonic() < end:
        time.sleep(0.2)
    return answer


def states(status: dict[str, Any]) -> dict[str, Any]:
    """Return the states in a status."""
    return {
        "connector": status["connector"]["state"],
        "tasks": {str(task["id"]): task["state"] for task in status["tasks"]},
    }


def all_in(state: str) -> dict[str, Any]:
    """Return the states of a connector with one task that is wholly in `state`."""
    return {"connector": state, "tasks": {} if state == "STOPPED" else {"0": state}}


def plugins(found: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Return type and version of the file connectors among the plugins."""
    return {p["class"]: [p["type"], p["version"]] for p in found if p["class"] in (SOURCE, SINK)}


def invalid(validation: dict[str, Any]) -> dict[str, Any]:
    """Return what is wrong, by key, with the number of errors."""
    wrong = {c["value"]["name"]: c["value"]["errors"] for c in validation["configs"]}
    return {
        "count": validation["error_count"],
        "errors": {name: errors for name, errors in wrong.items() if errors},
    }


def first_line(status: dict[str, Any]) -> str:
    """Return the first line of the first task's trace, empty where no task has failed."""
    traces = [task["trace"] for task in status["tasks"] if task["state"] == "FAILED"]
    return str(traces[0]).splitlines()[0] if traces else ""

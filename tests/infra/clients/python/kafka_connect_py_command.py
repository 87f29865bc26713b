"""Drive a worker with `kc`, the command of kafka-connect-py."""

import json
import os
import pathlib
import re
import subprocess
import sys
from typing import Any

import transcript as t

BUSY = ("409", "500")  # all that it shows of "a rebalance is expected"
COMMAND = pathlib.Path(sys.executable).with_name("kc")


def kc(*arguments: str) -> str:
    """Run `kc`; its exit status says nothing, errors are lines like other output."""
    login = ("--auth", t.LOGIN) if t.LOGIN else ()
    done = subprocess.run(
        [COMMAND, "--url", t.URL, *login, *arguments],
        env=os.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return done.stdout.strip()


def calm(*arguments: str) -> str:
    """Run `kc` until no rebalance is in the way, which it leaves to its users."""
    return str(t.calmed(lambda: kc(*arguments), lambda text: refused(text) in BUSY))


def ask(*arguments: str) -> Any:
    """Run `kc` and read the JSON that it prints."""
    return json.loads(calm(*arguments))


def look() -> Any:
    return t.states(ask("status", t.NAME))


def refused(text: str) -> str:
    """Return the status in a line such as `409 Client Error: Conflict for url: ...`."""
    found = re.match(r"(\d{3}) (Client|Server) Error", text)
    return found[1] if found else text


def read() -> None:
    root = ask("info")
    t.say("root", {"version": root["version"], "cluster": bool(root["kafka_cluster_id"])})
    t.say("plugins", t.plugins(ask("list-plugins")))
    t.say("missing", t.until(lambda: refused(kc("get", f"{t.NAME}-nobody")), "404"))


def create() -> None:
    request = json.dumps({"name": t.NAME, "config": t.source()})
    made = ask("create", "--config-data", request)
    t.say("create", {key: made[key] for key in ("name", "type", "config")})
    t.say("exists", t.until(lambda: refused(kc("create", "--config-data", request)), "409"))
    t.say("running", t.until(look, t.all_in("RUNNING")))
    t.say("list-running", list(ask("list", "--pattern", f"^{t.NAME}$", "--state", "running")))
    expanded = ask("list", "--expand", "status")[t.NAME]["status"]
    t.say("expanded", [expanded["name"], expanded["type"], t.states(expanded)])
    t.say("config", ask("config", t.NAME))
    t.say("tasks", [task["id"] for task in ask("list-tasks", t.NAME)])
    status = ask("task-status", t.NAME, "0")
    t.say("task-status", {"id": status["id"], "state": status["state"]})
    topics = {t.NAME: {"topics": [t.TOPIC]}}
    t.say("topics", t.until(lambda: ask("list-topics", t.NAME), topics)[t.NAME])


def change() -> None:
    calm("reset-topics", t.NAME)
    none: Any = {t.NAME: {"topics": []}}
    t.say("topics-reset", t.until(lambda: ask("list-topics", t.NAME), none)[t.NAME])
    calm("update", t.NAME, "--config-data", json.dumps({**t.source(), "batch.size": 50}))
    t.say("update", ask("config", t.NAME))
    t.until(look, t.all_in("RUNNING"))
    calm("restart", t.NAME)
    t.say("restart", t.until(look, t.all_in("RUNNING")))
    calm("restart", t.NAME, "--include-tasks")
    t.say("restart-with-tasks", t.until(look, t.all_in("RUNNING")))
    calm("restart-task", t.NAME, "0")
    t.say("restart-task", t.until(look, t.all_in("RUNNING")))
    calm("pause", "--all", "--pattern", f"^{t.NAME}$")
    t.say("pause", t.until(look, t.all_in("PAUSED")))
    calm("resume", t.NAME)
    t.say("resume", t.until(look, t.all_in("RUNNING")))


def main() -> None:
    read()
    create()
    change()
    calm("delete", t.NAME)
    t.say("delete", t.until(lambda: refused(kc("status", t.NAME)), "404"))


if __name__ == "__main__":
    main()

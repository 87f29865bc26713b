"""Drive a worker with `kafkaconnect`, the command of LSST."""

import json
import pathlib
import subprocess
import sys
from typing import Any

import transcript as t

COMMAND = pathlib.Path(sys.executable).with_name("kafkaconnect")
scheme, _, rest = t.URL.partition("://")
URL = f"{scheme}://{t.LOGIN}@{rest}" if t.LOGIN else t.URL  # it has no option for a login


def run(*arguments: str) -> str:
    """Run the command until no rebalance is in the way, which it leaves to its users."""
    return str(t.calmed(lambda: run_once(*arguments), t.is_rebalance))


def run_once(*arguments: str) -> str:
    """Run the command; a refusal is printed as a line, with exit status 0."""
    done = subprocess.run(
        [COMMAND, "--connect", URL, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return done.stdout.strip()


def ask(*arguments: str) -> Any:
    return json.loads(run(*arguments))


def look() -> Any:
    return t.states(ask("status", t.NAME))


def upload(config: dict[str, Any], name: str, *options: str) -> Any:
    """Upload a config; the command prints a line before the answer."""
    file = t.FOLDER / f"{name}.json"
    file.write_text(json.dumps(config))
    text = run("upload", str(file), "--name", name, *options)
    return json.loads(text.partition("configuration...")[2] or text)


def main() -> None:
    t.say("plugins", t.plugins(ask("plugins")))
    t.say("missing", run("info", f"{t.NAME}-nobody").removeprefix(f"Resource {URL}"))
    incomplete = {k: v for k, v in t.source().items() if k != "topic"}
    t.say("validate", t.invalid(upload(incomplete, t.NAME, "--dry-run")))
    # without --dry-run it validates too, and shows that answer in place of creating
    t.say("refused", t.invalid(upload(incomplete, t.NAME)))
    made = upload(t.source(), t.NAME)
    t.say("create", {key: made[key] for key in ("name", "type", "config")})
    t.say("running", t.until(look, t.all_in("RUNNING")))
    t.say("list", [name for name in ask("list") if name == t.NAME])
    t.say("config", ask("config", t.NAME))
    t.say("tasks", [task["id"] for task in ask("tasks", t.NAME)])
    topics = {t.NAME: {"topics": [t.TOPIC]}}
    t.say("topics", t.until(lambda: ask("topics", t.NAME), topics)[t.NAME])
    upload({**t.source(), "batch.size": 50}, t.NAME)
    t.say("update", ask("info", t.NAME)["config"])
    t.until(look, t.all_in("RUNNING"))
    run("restart", t.NAME)
    t.say("restart", t.until(look, t.all_in("RUNNING")))
    run("pause", t.NAME)
    t.say("pause", t.until(look, t.all_in("PAUSED")))
    run("resume", t.NAME)
    t.say("resume", t.until(look, t.all_in("RUNNING")))
    run("delete", t.NAME)
    path = f"/connectors/{t.NAME}/status"
    gone = f"Resource {URL}{path} not found."
    t.say("delete", t.until(lambda: run("status", t.NAME), gone).removeprefix(f"Resource {URL}"))


if __name__ == "__main__":
    main()

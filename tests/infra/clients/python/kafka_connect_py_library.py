"""Drive a worker with the library of kafka-connect-py."""

import time
from typing import Any

import requests
import transcript as t
from kafka_connect import KafkaConnect  # type: ignore[import-not-found] # lives in its own .venv


def refused(error: requests.HTTPError) -> dict[str, Any]:
    """Return what the worker answered to a call that failed."""
    assert error.response is not None
    body = error.response.json()
    return {"code": body["error_code"], "message": body["message"]}


def calm(call: Any, *arguments: Any, **options: Any) -> Any:
    """Call until no rebalance is in the way, which this client leaves to its users."""
    end = time.monotonic() + t.WAIT_S
    while True:
        try:
            return call(*arguments, **options)
        except requests.HTTPError as error:
            # what restart_connector raises holds no response, only its text
            text = str(error) if error.response is None else error.response.text
            if not t.is_rebalance(text) or time.monotonic() > end:
                raise
        time.sleep(0.2)


def attempt(call: Any, *arguments: Any) -> Any:
    """Call until no rebalance is in the way; returns the refusal if it is one."""
    try:
        return calm(call, *arguments)
    except requests.HTTPError as error:
        return refused(error)


def read(client: Any) -> None:
    root = client.get_cluster_info()
    t.say("root", {"version": root["version"], "cluster": bool(root["kafka_cluster_id"])})
    t.say("plugins", t.plugins(client.list_connector_plugins()))
    incomplete = {k: v for k, v in t.source().items() if k != "topic"} | {"name": t.NAME}
    t.say("validate", t.invalid(client.validate_connector_config(t.SOURCE, incomplete)))
    t.say("missing", attempt(client.get_connector, f"{t.NAME}-nobody"))


def create(client: Any, look: Any) -> None:
    request = {"name": t.NAME, "config": t.source()}
    made = calm(client.create_connector, request)
    t.say("create", {key: made[key] for key in ("name", "type", "config")})
    t.say("exists", attempt(client.create_connector, request))
    t.say("running", t.until(look, t.all_in("RUNNING")))
    t.say("worker", client.get_connector_status(t.NAME)["connector"]["worker_id"])
    t.say("list", [name for name in client.list_connectors() if name == t.NAME])
    t.say("list-running", list(client.list_connectors(pattern=f"^{t.NAME}$", state="RUNNING")))
    expanded = client.list_connectors(expand="status")[t.NAME]["status"]
    t.say("expanded", [expanded["name"], expanded["type"], t.states(expanded)])
    t.say("config", calm(client.get_connector_config, t.NAME))
    t.say("tasks", [task["id"] for task in calm(client.list_connector_tasks, t.NAME)])
    status = client.get_connector_task_status(t.NAME, 0)
    t.say("task-status", {"id": status["id"], "state": status["state"]})
    topics = {t.NAME: {"topics": [t.TOPIC]}}
    t.say("topics", t.until(lambda: client.list_connector_topics(t.NAME), topics)[t.NAME])


def change(client: Any, look: Any) -> None:
    calm(client.reset_connector_topics, t.NAME)
    none: Any = {t.NAME: {"topics": []}}
    t.say("topics-reset", t.until(lambda: client.list_connector_topics(t.NAME), none)[t.NAME])
    calm(client.update_connector, t.NAME, {**t.source(), "batch.size": 50})
    t.say("update", calm(client.get_connector, t.NAME)["config"])
    t.until(look, t.all_in("RUNNING"))
    calm(client.restart_connector, t.NAME)
    t.say("restart", t.until(look, t.all_in("RUNNING")))
    plan = calm(client.restart_connector, t.NAME, include_tasks=True)
    t.say("restart-plan", t.states(plan))
    t.say("restart-with-tasks", t.until(look, t.all_in("RUNNING")))
    calm(client.restart_connector_task, t.NAME, 0)
    t.say("restart-task", t.until(look, t.all_in("RUNNING")))
    for step, call, state in (
        ("pause", client.pause_connector, "PAUSED"),
        ("resume", client.resume_connector, "RUNNING"),
        ("stop", client.stop_connector, "STOPPED"),
        ("resume-stopped", client.resume_connector, "RUNNING"),
    ):
        calm(call, t.NAME)
        t.say(step, t.until(look, t.all_in(state)))


def fail_and_delete(client: Any) -> None:
    calm(client.update_connector, t.BROKEN, t.broken())

    def failed() -> bool:
        status = client.get_connector_status(t.BROKEN)
        return bool(t.first_line(status))

    t.until(failed, True)
    t.say("failed", t.first_line(client.get_connector_status(t.BROKEN)))
    for name in (t.BROKEN, t.NAME):
        calm(client.delete_connector, name)
    gone = {"code": 404, "message": f"No status found for connector {t.NAME}"}
    t.say("delete", t.until(lambda: attempt(client.get_connector_status, t.NAME), gone))


def main() -> None:
    client = KafkaConnect(t.URL, auth=t.LOGIN)

    def look() -> Any:
        return t.states(client.get_connector_status(t.NAME))

    read(client)
    create(client, look)
    change(client, look)
    fail_and_delete(client)


if __name__ == "__main__":
    main()

"""What a person may do next about a connector: pure."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from weir_operator.client.view import ConnectorView, KeyErrors


def advice(view: ConnectorView, errors: Sequence[KeyErrors], *, known_class: bool) -> list[str]:
    """Give what is wrong and the command that helps; empty if all is well."""
    name = shlex.quote(view.name)
    lines: list[str] = []
    if not known_class:
        kind = view.config.get("connector.class", "")
        lines.append(f"this worker has no plugin {kind}; see what it has: weirctl plugins")
    lines += [f"the config is refused: {one.key}: {text}" for one in errors for text in one.errors]
    if errors:
        lines.append(f"change the config: weirctl patch {name} --set KEY=VALUE")
    return lines + _of_state(view, name)


def _of_state(view: ConnectorView, name: str) -> list[str]:
    status = view.status
    if status is None:
        return ["Connect has no status of it yet; look again in a moment"]
    if status.state in ("PAUSED", "STOPPED"):
        return [f"it is {status.state.lower()}; go on with: weirctl resume {name}"]
    failed = [task.id for task in status.tasks if task.state == "FAILED"]
    if status.state == "FAILED" or failed:
        return [
            f"see the whole trace: weirctl describe {name} --trace",
            f"when its cause is gone: weirctl restart {name} --failed",
        ]
    parts = [status.state, *(task.state for task in status.tasks)]
    if "UNASSIGNED" in parts:
        return ["it waits for a worker: a rebalance is going on, or there is none; weirctl health"]
    if status.state == "RUNNING" and not status.tasks:
        return ["it runs and has no tasks: perhaps there is nothing to do yet, or its start failed"]
    return []

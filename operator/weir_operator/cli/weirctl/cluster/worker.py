"""`weirctl info` and `weirctl health`."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

from weir_operator.cli.weirctl import document, table
from weir_operator.cli.weirctl.output import say, tell_error
from weir_operator.cli.weirctl.settings import Settings
from weir_operator.cli.weirctl.worker import connect, opened
from weir_operator.client.error import ConnectApiError, UnauthorizedError
from weir_operator.client.target import ClusterTarget
from weir_operator.client.view import HealthView

_CODES = {"healthy": 0, "starting": 1}
_LOOK_S = 0.5


async def info(settings: Settings, target: ClusterTarget) -> int:
    """Show what a worker is."""
    async with opened(settings, target) as api:
        worker = await api.worker()
        health = await api.health()
        views = (await api.read()).values()
    states = Counter(view.status.state.lower() for view in views if view.status is not None)
    tasks = Counter(
        task.state.lower()
        for view in views
        if view.status is not None
        for task in view.status.tasks
    )
    found: dict[str, Any] = {
        "url": target.url,
        "version": worker.version,
        "commit": worker.commit,
        "kafkaClusterId": worker.kafka_cluster_id,
        "health": health.status,
        "message": health.message,
        "connectors": dict(states),
        "tasks": dict(tasks),
    }
    if settings.is_data:
        say(document.dump(found, settings.output))
        return 0
    rows = [
        f"Worker:         {target.url}",
        f"Version:        {worker.version} ({worker.commit})",
        f"Kafka cluster:  {worker.kafka_cluster_id}",
        f"Health:         {health.status}: {health.message}",
        f"Connectors:     {_counts(states)}",
        f"Tasks:          {_counts(tasks)}",
    ]
    say("\n".join(table.clean(row) for row in rows))
    return 0


def _counts(found: Counter[str]) -> str:
    return ", ".join(f"{number} {state}" for state, number in sorted(found.items())) or "none"


async def health(settings: Settings, target: ClusterTarget, *, wait: bool) -> int:
    """Say how a worker is, once or as soon as it is ready."""
    api = connect(target)
    loop = asyncio.get_running_loop()
    end = loop.time() + settings.timeout
    try:
        while True:
            found, problem = await _look(api.health)
            late = loop.time() + _LOOK_S > end
            final = isinstance(problem, UnauthorizedError) or late
            if not wait or final or (found is not None and found.status == "healthy"):
                return _tell(settings, target, found, problem)
            await asyncio.sleep(_LOOK_S)
    finally:
        await api.close()


async def _look(ask: Any) -> tuple[HealthView | None, ConnectApiError | None]:
    try:
        return await ask(), None
    except ConnectApiError as problem:
        return None, problem


def _tell(
    settings: Settings,
    target: ClusterTarget,
    found: HealthView | None,
    problem: ConnectApiError | None,
) -> int:
    if found is None:
        if settings.is_data:
            body = {"url": target.url, "health": "unreachable", "message": str(problem)}
            say(document.dump(body, settings.output))
        else:
            tell_error(str(problem))
        return 2
    if settings.is_data:
        body = {"url": target.url, "health": found.status, "message": found.message}
        say(document.dump(body, settings.output))
    else:
        say(table.clean(f"{found.status}: {found.message}"))
    return _CODES.get(found.status, 2)

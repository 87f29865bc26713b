"""What a Java worker left behind in the environment: told once, in one line.

Nothing here is read by a worker of ours but where a notice says so; the values may be secrets and
are never shown.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from weir_runtime.app import jar
from weir_runtime.app.jar import Jars

log = logging.getLogger(__name__)

START_BUDGET_S = 2.0
"""How long jars are looked at when a worker starts."""

_SHOWN = 3

_HEAP = "the executors of Weir need no heap; executor.max.count limits their number"
_METRICS = "metrics are on metrics.listeners, without an agent"
_LOGS = "WEIR_LOG_FORMAT and PUT /admin/loggers are for logs"

_ADVICE: Mapping[str, str] = {
    "KAFKA_HEAP_OPTS": _HEAP,
    "KAFKA_JVM_PERFORMANCE_OPTS": "there is no JVM to tune",
    "KAFKA_GC_LOG_OPTS": "there is no JVM to tune",
    "KAFKA_LOG4J_OPTS": _LOGS,
    "KAFKA_JMX_OPTS": _METRICS,
    "JMX_PORT": _METRICS,
    "KAFKA_JMX_PORT": _METRICS,
    "EXTRA_ARGS": "it is read by Java's scripts only",
    "CLASSPATH": "Python packages are found where they are installed, and on plugin.path",
}
_LOGIN = re.compile(r"-Djava\.security\.auth\.login\.config=\S+")
_AGENT = re.compile(r"-(?:javaagent|agentpath|agentlib):([^\s=:]+)")


@dataclass(frozen=True, slots=True)
class Notice:
    """A variable that means nothing here, and what to do instead."""

    name: str
    advice: str


def variables(environment: Mapping[str, str]) -> list[Notice]:
    """Return a notice for each variable that a Java worker would have read."""
    found = [Notice(name, advice) for name, advice in _ADVICE.items() if environment.get(name)]
    found += _options(environment.get("KAFKA_OPTS", ""))
    images = sorted(name for name in environment if name.startswith("CONNECT_"))
    if images:
        more = f" and {len(images) - 1} more" if len(images) > 1 else ""
        found.append(
            Notice(
                f"{images[0]}{more}",
                "images of Confluent make worker.properties of them; here only the file counts",
            )
        )
    return found


def _options(text: str) -> Iterator[Notice]:
    agents = [path.rpartition("/")[2] for path in _AGENT.findall(text)]
    if agents:
        is_metrics = any("jmx" in agent or "prometheus" in agent for agent in agents)
        advice = _METRICS if is_metrics else "agents belong to a JVM"
        yield Notice(f"KAFKA_OPTS with {', '.join(agents)}", advice)
    elif _LOGIN.sub("", text).strip():
        # the login file itself is read, for basic authentication of REST
        yield Notice("KAFKA_OPTS", "there is no JVM to give options to")


def summary(notices: Sequence[Notice], jars: Jars) -> str | None:
    """Return the one sentence about all of it, None where there is nothing."""
    parts = []
    if jars.count:
        parts.append(f"plugin.path holds {_jars(jars)}, which cannot be run here")
    if notices:
        names = ", ".join(notice.name for notice in notices)
        advice = "; ".join(dict.fromkeys(notice.advice for notice in notices))
        parts.append(f"not read here: {names} ({advice})")
    if not parts:
        return None
    return f"The environment is that of a Java worker: {'; '.join(parts)}"


def _jars(jars: Jars) -> str:
    many = f"{'at least ' if not jars.complete else ''}{jars.count}"
    text = f"{many} jar{'s' if jars.count != 1 else ''}"
    names = [item.class_name for item in jars.connectors]
    if not names:
        return text
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{text} with the connectors {', '.join(names[:_SHOWN])}{more}"


async def report(folders: Sequence[Path], environment: Mapping[str, str]) -> None:
    """Log the one sentence, if there is something to say."""
    jars = await asyncio.to_thread(jar.look, folders, budget_s=START_BUDGET_S)
    sentence = summary(variables(environment), jars)
    if sentence is not None:
        log.warning(sentence)

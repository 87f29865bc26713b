"""The arguments of the commands for workers; what they do is imported when they run."""

from __future__ import annotations

import re
from collections.abc import Coroutine
from typing import Any

import click

from weir_operator.cli.weirctl import completion
from weir_operator.cli.weirctl.command import Group, command
from weir_operator.cli.weirctl.settings import Settings
from weir_operator.observe.errors import OperatorError

Running = Coroutine[Any, Any, int]
_TYPES = ("source", "sink", "converter", "header_converter", "transformation", "predicate")


@command(
    "info",
    help="Show what the worker is: version, Kafka cluster, health, how many connectors.",
    examples=[("weirctl info", ""), ("weirctl --context prod info -o json", "")],
)
@click.pass_obj
def info(settings: Settings) -> Running:
    """Show what the worker is."""
    target = settings.target("info")
    from weir_operator.cli.weirctl.cluster import worker as work  # noqa: PLC0415 - loads much

    return work.info(settings, target)


@command(
    "health",
    help="Say whether the worker is ready: exit code 0 if it is, 1 while it starts, 2 otherwise.",
    examples=[
        ("weirctl health", ""),
        ("weirctl health --wait --timeout 120", "as the first step of a script"),
    ],
)
@click.option("--wait", is_flag=True, help="wait until it is ready, as long as --timeout says")
@click.pass_obj
def health(settings: Settings, /, *, wait: bool) -> Running:
    """Say whether the worker is ready."""
    target = settings.target("health")
    from weir_operator.cli.weirctl.cluster import worker as work  # noqa: PLC0415 - loads much

    return work.health(settings, target, wait=wait)


@command(
    "plugins",
    formats=("text", "wide", "name", "json", "yaml"),
    help="Show the plugins of the worker, or the config keys that one of them defines.",
    examples=[
        ("weirctl plugins --type source --type sink", ""),
        ("weirctl plugins FileStreamSource", "its keys: type, default, importance, meaning"),
        ("weirctl plugins FileStreamSource --search topic -o wide", "keys about topics"),
    ],
)
@click.argument("name", required=False, shell_complete=completion.plugins)
@click.option(
    "--type",
    "types",
    multiple=True,
    type=click.Choice(_TYPES),
    metavar="TYPE",
    help=", ".join(_TYPES),
)
@click.option("--search", metavar="REGEX", help="only keys whose name or meaning has this in it")
@click.option("--search-name", metavar="REGEX", help="only keys whose name has this in it")
@click.option(
    "--search-description", metavar="REGEX", help="only keys whose meaning has this in it"
)
@click.pass_obj
def plugins(settings: Settings, /, name: str | None, **words: Any) -> Running:
    """Show plugins."""
    target = settings.target("plugins")
    from weir_operator.cli.weirctl.cluster import plugin as work  # noqa: PLC0415 - loads much

    if name is None:
        return work.show_all(settings, target, words["types"])
    search = work.Search(
        either=_pattern(words["search"]),
        name=_pattern(words["search_name"]),
        text=_pattern(words["search_description"]),
    )
    return work.show_one(settings, target, name, search)


def _pattern(text: str | None) -> re.Pattern[str] | None:
    try:
        return re.compile(text, re.IGNORECASE) if text is not None else None
    except re.error as problem:
        raise OperatorError(f"{text!r} is no regular expression: {problem}") from problem


@command(
    "topics",
    help="Show which topics connectors have used since the last reset.",
    examples=[("weirctl topics orders", ""), ("weirctl topics orders --reset", "forget them")],
)
@click.argument(
    "names", nargs=-1, required=True, metavar="NAME...", shell_complete=completion.connectors
)
@click.option("--reset", is_flag=True, help="forget which they were")
@click.pass_obj
def topics(settings: Settings, /, names: tuple[str, ...], *, reset: bool) -> Running:
    """Show topics."""
    target = settings.target("topics")
    from weir_operator.cli.weirctl.cluster import topic as work  # noqa: PLC0415 - loads much

    return work.topics(settings, target, names, reset=reset)


@command(
    "level",
    formats=("text", "name", "json", "yaml"),
    help="Show the levels of all loggers or of one, or set one and those below it.",
    examples=[
        ("weirctl logs level", "all"),
        ("weirctl logs level org.apache.kafka.connect DEBUG", "on this worker, until it restarts"),
        ("weirctl logs level root INFO --cluster", "on all workers"),
    ],
)
@click.argument("logger", required=False, shell_complete=completion.loggers)
@click.argument(
    "level",
    required=False,
    type=click.Choice(
        ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF"), case_sensitive=False
    ),
    metavar="[LEVEL]",
)
@click.option("--cluster", is_flag=True, help="on all workers of the cluster")
@click.pass_obj
def logs_level(
    settings: Settings, /, *, logger: str | None, level: str | None, cluster: bool
) -> Running:
    """Show or set levels."""
    if cluster and level is None:
        raise OperatorError("--cluster is for setting: give a LOGGER and a LEVEL")
    target = settings.target("logs level")
    from weir_operator.cli.weirctl.cluster import logger as work  # noqa: PLC0415 - loads much

    if logger is None or level is None:
        return work.show(settings, target, logger)
    return work.put(settings, target, logger, level, scope="cluster" if cluster else "worker")


logs = Group(name="logs", help="Show and set levels of loggers.")
logs.examples = logs_level.examples
logs.add_command(logs_level)

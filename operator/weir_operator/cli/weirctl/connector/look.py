"""The arguments of `get` and `describe`; what they do is imported when they run."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

import click

from weir_operator.cli.weirctl.command import command
from weir_operator.cli.weirctl.connector import select
from weir_operator.cli.weirctl.noun import Noun, Nouns
from weir_operator.cli.weirctl.settings import Settings

Running = Coroutine[Any, Any, int]
_FORMATS = ("text", "wide", "name", "json", "yaml")
_HERE = "weir_operator.cli.weirctl.connector.look"
_CLUSTER = "weir_operator.cli.weirctl.cluster.command"
_OFFSET = "weir_operator.cli.weirctl.offset.command"
_SETUP = "weir_operator.cli.weirctl.setup.context"


def _watch() -> click.Option:
    return click.Option(["-w", "--watch"], is_flag=True, help="go on, with a line for each change")


@command(
    "connectors",
    params=[*select.params(), _watch()],
    formats=_FORMATS,
    help="Show connectors in a table.",
    examples=[
        ("weirctl get", "all connectors"),
        ("weirctl get --state failed -o wide", "what failed, and why"),
        ("weirctl get --class '*jdbc*' -o name", "names for a script"),
        ("weirctl get orders --watch", "a line whenever it changes"),
    ],
)
@click.pass_obj
def connectors(settings: Settings, /, *, watch: bool, **words: Any) -> Running:
    """Show connectors."""
    return _show(settings, "connectors", words, watch=watch)


@command(
    "tasks",
    params=[*select.params(), _watch()],
    formats=_FORMATS,
    help="Show the tasks of connectors in a table.",
    examples=[("weirctl get tasks orders", "its tasks, with the cause of a failure")],
)
@click.pass_obj
def tasks(settings: Settings, /, *, watch: bool, **words: Any) -> Running:
    """Show tasks."""
    return _show(settings, "tasks", words, watch=watch)


def _show(settings: Settings, what: str, words: dict[str, Any], *, watch: bool) -> Running:
    target = settings.target(f"get {what}")
    chosen = select.taken(words)
    from weir_operator.cli.weirctl.connector import list as work  # noqa: PLC0415 - loads much

    return work.show(settings, target, chosen, what=what, watch=watch)


@command(
    "connector",
    params=select.params(),
    help="Show everything about connectors: state, config, tasks, topics, offsets, what to do.",
    examples=[
        ("weirctl describe orders", "on one page; values of passwords are hidden"),
        ("weirctl describe orders --trace", "with whole stack traces"),
    ],
)
@click.option("--trace", is_flag=True, help="whole stack traces, not only their causes")
@click.option("--tasks-config", is_flag=True, help="the config of each task as well")
@click.pass_obj
def connector(settings: Settings, /, *, trace: bool, tasks_config: bool, **words: Any) -> Running:
    """Show everything about connectors."""
    target = settings.target("describe")
    chosen = select.taken(words)
    if chosen.is_empty:
        raise click.UsageError("describe needs names of connectors, --all or a filter")
    from weir_operator.cli.weirctl.connector import describe as work  # noqa: PLC0415

    return work.describe(settings, target, chosen, trace=trace, tasks_config=tasks_config)


get = Nouns(
    [
        Noun("connectors", _HERE, "connectors", "connectors; need not be said", ("connector", "c")),
        Noun("tasks", _HERE, "tasks", "their tasks", ("task", "t")),
        Noun("plugins", _CLUSTER, "plugins", "what the worker can run", ("plugin", "p")),
        Noun("offsets", _OFFSET, "offsets_get", "where a connector is", ("offset", "o")),
        Noun("topics", _CLUSTER, "topics", "which topics a connector has used", ("topic",)),
        Noun("loggers", _CLUSTER, "logs_level", "levels of loggers", ("logger", "l")),
        Noun("contexts", _SETUP, "context_list", "workers in the file of contexts", ("context",)),
    ],
    name="get",
    help="Show connectors, tasks and more in a table.",
)
get.examples = connectors.examples

describe = Nouns(
    [
        Noun("connector", _HERE, "connector", "connectors; need not be said", ("connectors", "c")),
        Noun("plugin", _CLUSTER, "plugins", "a plugin with its config keys", ("plugins", "p")),
    ],
    name="describe",
    help="Show everything about connectors or a plugin.",
)
describe.examples = connector.examples

"""The arguments of `create` and `patch`; what they do is imported when they run."""

from __future__ import annotations

from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from weir_operator.cli.weirctl.command import command
from weir_operator.cli.weirctl.connector import command as verbs
from weir_operator.cli.weirctl.connector import select
from weir_operator.cli.weirctl.output import tell_error
from weir_operator.cli.weirctl.settings import Settings
from weir_operator.observe.errors import OperatorError

if TYPE_CHECKING:
    from weir_operator.cli.weirctl.connector.file import Wanted

Running = Coroutine[Any, Any, int]


def _sets() -> list[click.Parameter]:
    return [
        click.Option(
            ["-s", "--set", "sets"],
            multiple=True,
            metavar="KEY=VALUE",
            help="set a key of the config",
        ),
        click.Option(
            ["--set-file", "set_files"],
            multiple=True,
            metavar="KEY=FILE",
            help="set a key to what a file holds, as for passwords",
        ),
    ]


def _values(sets: tuple[str, ...], set_files: tuple[str, ...]) -> dict[str, str]:
    """Read `--set` and `--set-file`."""
    found = dict(_pair(text, "--set KEY=VALUE") for text in sets)
    for text in set_files:
        key, path = _pair(text, "--set-file KEY=FILE")
        try:
            # an editor's newline at the end is never meant
            found[key] = Path(path).expanduser().read_text().rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as problem:
            reason = getattr(problem, "strerror", None) or "it is no text"
            raise OperatorError(f"{path} cannot be read: {reason.lower()}") from problem
    return found


def _pair(text: str, form: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not sign or not key:
        raise OperatorError(f"{text!r} is not of the form {form}")
    return key.strip(), value


@command(
    "create",
    params=_sets(),
    help=(
        "Create connectors out of files as Connect's REST API takes them: JSON or YAML of"
        ' {"name": ..., "config": {...}}, a bare config, or .properties. The worker judges all'
        " before one is written."
    ),
    examples=[
        ("weirctl create orders.json", "and wait until it runs"),
        ("weirctl create *.json --replace", "or replace the configs of those that exist"),
        ("weirctl create orders.json --dry-run", "only ask the worker whether it is valid"),
        ("weirctl create --name tick --set connector.class=weir.Datagen --set topic=tick", ""),
    ],
)
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path())
@click.option(
    "-f",
    "--file",
    "more",
    multiple=True,
    metavar="FILE",
    help="a file, or - for stdin",
    type=click.Path(),
)
@click.option("-n", "--name", help="name of the one connector, if the file has none")
@click.option(
    "--state",
    type=click.Choice(("running", "paused", "stopped")),
    help="state to create it in; running, unless the file has initial_state",
)
@click.option("--replace", is_flag=True, help="replace the config of one that exists")
@click.option("--dry-run", is_flag=True, help="only let the worker judge the configs")
@click.option("--no-wait", is_flag=True, help="do not wait until they run")
@click.pass_obj
def create(settings: Settings, /, **words: Any) -> Running:
    """Create connectors."""
    target = settings.target("create")
    wanted = _wanted((*words["files"], *words["more"]), words)
    from weir_operator.cli.weirctl.connector import write  # noqa: PLC0415 - loads much

    return write.create(
        settings,
        target,
        wanted,
        state=words["state"],
        replace=words["replace"],
        dry_run=words["dry_run"],
        waits=not words["no_wait"],
    )


def _wanted(files: tuple[str, ...], words: dict[str, Any]) -> list[Wanted]:
    """Read what is to be, before anything is asked of a worker."""
    from weir_operator.cli.weirctl.connector import file  # noqa: PLC0415 - loads YAML

    name, values = words["name"], _values(words["sets"], words["set_files"])
    if not files and not (name and values):
        raise OperatorError("create needs a FILE, - for stdin, or --name with --set KEY=VALUE")
    read = [(path, one) for path in files for one in file.read(path)] or [("", file.Wanted("", {}))]
    if name and len(read) > 1:
        raise OperatorError("--name is for one connector, and there are more")
    wanted = [(path, file.named(one, name, values)) for path, one in read]
    for path, one in wanted:
        if not one.name:
            raise OperatorError(f"{path}: the connector has no name; give --name NAME")
    names = [one.name for _, one in wanted]
    twice = next((one for one in names if names.count(one) > 1), None)
    if twice is not None:
        raise OperatorError(f"the connector {twice} is there twice; keep one")
    return [one for _, one in wanted]


@command(
    "patch",
    params=[*select.params(), *_sets()],
    help="Change some keys of connectors' configs. The worker judges the results before.",
    examples=[
        ("weirctl patch orders --set tasks.max=4", ""),
        ("weirctl patch orders --set topic=o2 --unset transforms --dry-run", "show, write nothing"),
        ("weirctl patch orders --set-file connection.password=pw.txt", "not seen by others"),
    ],
)
@click.option(
    "-u", "--unset", "--remove", "unsets", multiple=True, metavar="KEY", help="take a key away"
)
@click.option("-f", "--file", metavar="FILE", help="keys and values in a file, null takes away")
@click.option("-y", "--yes", is_flag=True, help="do not ask")
@click.option("--dry-run", is_flag=True, help="show what would change, and write nothing")
@click.option("--no-wait", is_flag=True, help="do not wait until it is at rest")
@click.pass_obj
def patch(settings: Settings, /, **words: Any) -> Running | int:
    """Change keys of configs."""
    target = settings.target("patch")
    change = _change(words)
    chosen = select.taken(words)
    views = verbs.picked(settings, target, chosen, "patch")
    if not words["dry_run"] and not verbs.agreed(views, chosen, "patch", yes=words["yes"]):
        tell_error("nothing was done")
        return 1
    from weir_operator.cli.weirctl.connector import write  # noqa: PLC0415 - loads much

    return write.patch(
        settings, target, views, change, dry_run=words["dry_run"], waits=not words["no_wait"]
    )


def _change(words: dict[str, Any]) -> dict[str, str | None]:
    change: dict[str, str | None] = {}
    if words["file"]:
        from weir_operator.cli.weirctl.connector import file  # noqa: PLC0415 - loads YAML

        change.update(file.read_patch(words["file"]))
    change.update(_values(words["sets"], words["set_files"]))
    change.update(dict.fromkeys(words["unsets"]))
    if not change:
        raise OperatorError("patch needs --set KEY=VALUE, --unset KEY or -f FILE")
    if "name" in change:
        raise OperatorError("a connector cannot be renamed; create another one")
    return change

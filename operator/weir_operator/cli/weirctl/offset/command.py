"""The arguments of the commands for offsets; what they do is imported when they run."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

import click

from weir_operator.cli.weirctl import completion
from weir_operator.cli.weirctl.command import Group, command
from weir_operator.cli.weirctl.settings import Settings
from weir_operator.observe.errors import OperatorError

if TYPE_CHECKING:
    from weir_operator.client.view import OffsetView

Running = Coroutine[Any, Any, int]

offsets = Group(
    name="offsets",
    help=(
        "Show where connectors are, and set them to another place. Offsets of sinks are those of"
        " their consumer group; the lag is not known to Connect, the metrics of a worker have it."
    ),
)
offsets.examples = [
    ("weirctl offsets get orders", "a table"),
    ("weirctl offsets get orders -o json > orders.offsets.json", "as set takes them"),
    ("weirctl offsets set orders -f orders.offsets.json --stop", "stop, set, resume"),
]


def _changing() -> list[click.Parameter]:
    return [
        click.Option(
            ["--stop"], is_flag=True, help="stop the connector for it, and bring its state back"
        ),
        click.Option(["--dry-run"], is_flag=True, help="show what would change, and write nothing"),
        click.Option(
            ["--save"],
            metavar="FILE",
            help="where to keep the offsets from before; else in ~/.local/state/weir",
        ),
    ]


@command(
    "get",
    help="Show the offsets of connectors.",
    examples=[
        ("weirctl offsets get orders", ""),
        ("weirctl offsets get orders -o json", "for set"),
    ],
)
@click.argument(
    "names", nargs=-1, required=True, metavar="NAME...", shell_complete=completion.connectors
)
@click.pass_obj
def offsets_get(settings: Settings, names: tuple[str, ...]) -> Running:
    """Show offsets."""
    target = settings.target("offsets get")
    from weir_operator.cli.weirctl.offset import read  # noqa: PLC0415 - loads much

    return read.get(settings, target, names)


@command(
    "set",
    params=_changing(),
    help="Set offsets of a connector. What was before is saved in a file that sets it back.",
    examples=[
        (
            "weirctl offsets set orders --partition filename=/o.txt --offset position=0 --stop",
            "",
        ),
        ("weirctl offsets set files --at orders:0=42 --at orders:1=none --stop", "a sink"),
        ("weirctl offsets set orders -f before.json --replace --dry-run", "would be exactly this"),
    ],
)
@click.argument("name", shell_complete=completion.connectors)
@click.option(
    "-f", "--file", metavar="FILE", help='{"offsets": [...]} in JSON or YAML; - for stdin'
)
@click.option(
    "--partition",
    "--source-partition",
    "partitions",
    multiple=True,
    metavar="K=V,...",
    help="a partition, also as a JSON object; with its --offset",
)
@click.option(
    "--offset",
    "--source-offset",
    "marks",
    multiple=True,
    metavar="K=V,...",
    help="the offset for the --partition before it; none takes it away",
)
@click.option(
    "--at", "ats", multiple=True, metavar="TOPIC:PARTITION=OFFSET", help="the offset of a sink"
)
@click.option("--replace", is_flag=True, help="take away the offsets that are not given")
@click.pass_obj
def offsets_set(settings: Settings, /, **words: Any) -> Running:
    """Set offsets."""
    target = settings.target("offsets set")
    wanted = _wanted(words)
    from weir_operator.cli.weirctl.offset import write  # noqa: PLC0415 - loads much

    wish = write.Wish(
        words["name"],
        wanted,
        replace=words["replace"],
        stop=words["stop"],
        dry_run=words["dry_run"],
        save=words["save"],
    )
    return write.change(settings, target, wish)


def _wanted(words: dict[str, Any]) -> list[OffsetView]:
    from weir_operator.cli.weirctl.connector import file  # noqa: PLC0415 - loads YAML
    from weir_operator.cli.weirctl.offset import parse  # noqa: PLC0415
    from weir_operator.client.view import OffsetView  # noqa: PLC0415

    partitions, marks = words["partitions"], words["marks"]
    if len(partitions) != len(marks):
        raise OperatorError("each --partition needs an --offset, and each --offset a --partition")
    try:
        found = [
            OffsetView(parse.mapping(place), parse.offset(mark))
            for place, mark in zip(partitions, marks, strict=True)
        ]
        found += [parse.at(text) for text in words["ats"]]
    except ValueError as problem:
        raise OperatorError(str(problem)) from problem
    if words["file"]:
        try:
            for body in file.bodies_of(file.text_of(words["file"])):
                found += parse.document(body)
        except ValueError as problem:
            raise OperatorError(f"{words['file']}: {problem}") from problem
    if not found and not words["replace"]:
        raise OperatorError("offsets set needs -f FILE, --partition with --offset, or --at")
    return found


@command(
    "reset",
    params=_changing(),
    help="Take all offsets of a connector away: it begins anew. What was before is saved.",
    examples=[("weirctl offsets reset orders --stop", "stop, reset, resume")],
)
@click.argument("name", shell_complete=completion.connectors)
@click.pass_obj
def offsets_reset(
    settings: Settings, /, name: str, *, stop: bool, dry_run: bool, save: str | None
) -> Running:
    """Take offsets away."""
    target = settings.target("offsets reset")
    from weir_operator.cli.weirctl.offset import write  # noqa: PLC0415 - loads much

    wish = write.Wish(name, None, stop=stop, dry_run=dry_run, save=save)
    return write.change(settings, target, wish)


for _command in (offsets_get, offsets_set, offsets_reset):
    offsets.add_command(_command)

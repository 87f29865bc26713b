"""The arguments of the commands for folders; what they do is imported when they run."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from weir_operator.cli.weirctl import option
from weir_operator.cli.weirctl.command import command
from weir_operator.cli.weirctl.output import say, tell_error
from weir_operator.cli.weirctl.settings import Settings
from weir_operator.observe.errors import OperatorError

if TYPE_CHECKING:
    from weir_operator.cli.weirctl.folder.prune import Rule
    from weir_operator.client.target import ClusterTarget
    from weir_operator.plan.model import Desired
    from weir_operator.sources.folder import Folder

Running = Coroutine[Any, Any, int]
F = TypeVar("F", bound=Callable[..., Any])
_FORMATS = ("text", "json")
_PRUNE = (
    click.option("--prune", is_flag=True, help="also delete what runs there and has no file"),
    click.option(
        "--prune-matching", metavar="REGEX", help="prune only names that match as a whole"
    ),
    click.option(
        "--prune-max",
        metavar="NUMBER",
        type=click.IntRange(min=0),
        help="the most to delete of a cluster; more than 10 and more than half need it",
    ),
)


_SELECTOR = click.option(
    "-l",
    "--selector",
    metavar="SELECTOR",
    help="only resources with these labels, such as team=shop or 'env in (test, prod)'",
)


def _prunes(function: F) -> F:
    for decorate in reversed(_PRUNE):
        function = decorate(function)
    return function


@command(
    "diff",
    params=[option.folder()],
    formats=_FORMATS,
    help="Show what apply would change, and change nothing.",
    examples=[
        ("weirctl -f connectors/ diff", "0 in sync, 1 something differs, 2 an error"),
        ("weirctl -f connectors/ diff --prune", "also what runs and has no file"),
    ],
)
@_SELECTOR
@_prunes
@click.pass_obj
def diff(settings: Settings, /, *, selector: str | None, **prunes: Any) -> Running:
    """Show what apply would change."""
    from weir_operator.cli.weirctl.folder import diff as work  # noqa: PLC0415 - loads much

    rule = _rule(selector, **prunes)
    return _once(work.diff, settings, _desires(settings, "diff", selector), rule)


@command(
    "apply",
    params=[option.folder()],
    formats=_FORMATS,
    help="Make Connect as the files say, and wait until it is.",
    examples=[
        ("weirctl -f connectors/ apply", "twice is the same as once"),
        ("weirctl -f connectors/ apply --dry-run", "what it would do, judged by the worker"),
        ("weirctl -f connectors/ apply --prune", "shows and asks before it deletes"),
        (
            "weirctl -f team/ apply --prune --prune-matching 'team-.*' --yes",
            "in scripts: deletes only what is the team's",
        ),
    ],
)
@click.option("--dry-run", is_flag=True, help="validate and show the difference; write nothing")
@_SELECTOR
@_prunes
@click.option("-y", "--yes", is_flag=True, help="delete without asking")
@click.pass_obj
def apply(
    settings: Settings, /, *, dry_run: bool, yes: bool, selector: str | None, **prunes: Any
) -> Running:
    """Make Connect as the files say."""
    from weir_operator.cli.weirctl.folder import apply as work  # noqa: PLC0415 - loads much

    rule = _rule(selector, **prunes)
    desires = _desires(settings, "apply", selector)
    if dry_run:
        return _dry_run(settings, desires, rule)
    wish = work.Wish(prune=rule, yes=yes)
    return work.apply(desires, wish, timeout_s=settings.timeout, as_json=settings.as_json)


@command(
    "status",
    params=[option.folder()],
    formats=_FORMATS,
    help="Show how the connectors of the files are.",
    examples=[("weirctl -f connectors/ status", "a table, with -o json as in Kubernetes")],
)
@_SELECTOR
@click.pass_obj
def status(settings: Settings, selector: str | None) -> Running:
    """Show how the connectors of the files are."""
    from weir_operator.cli.weirctl.folder import status as work  # noqa: PLC0415 - loads much

    return _once(work.status, settings, _desires(settings, "status", selector))


@command(
    "watch",
    params=[option.folder()],
    formats=_FORMATS,
    help="Apply, and go on as the files or the connectors change, until Ctrl-C.",
    examples=[("weirctl -f connectors/ watch", "an operator for one folder")],
)
@_SELECTOR
@click.pass_obj
def watch(settings: Settings, selector: str | None) -> Running:
    """Apply, and go on as the files or the connectors change."""
    from weir_operator.cli.weirctl.folder import apply as work  # noqa: PLC0415 - loads much
    from weir_operator.sources import file  # noqa: PLC0415

    folder = _folder(settings, "watch", selector)
    if folder.path == file.STDIN:
        raise OperatorError("watch needs files, which it reads again and again, and no -f -")
    return work.watch(folder.load, as_json=settings.as_json)


@command(
    "validate",
    params=[option.folder()],
    formats=_FORMATS,
    help="Say what is wrong with the files, by file and line; the workers judge the configs.",
    examples=[
        ("weirctl -f connectors/ validate", "0 valid, 1 a mistake, 2 no worker could say"),
        ("weirctl -f connectors/ validate --offline", "without any worker, as before a commit"),
    ],
)
@click.option("--offline", is_flag=True, help="ask no worker: fields, names, doubles, values")
@_SELECTOR
@click.pass_obj
def validate(settings: Settings, offline: bool, selector: str | None) -> Running | int:
    """Say what is wrong with the files."""
    from weir_operator.cli.weirctl.folder import validate as work  # noqa: PLC0415 - loads much

    folder = _folder(settings, "validate", selector, needs_address=not offline)
    found, problems = folder.look()
    if not found and not problems:
        raise OperatorError(_nothing(folder))
    if offline:
        checked = [work.Checked(located) for located in found]
        text, code = work.told(checked, problems, as_json=settings.as_json)
        say(text)
        return code
    return _finish(
        work.validate(found, problems, timeout_s=settings.timeout, as_json=settings.as_json)
    )


@command(
    "export",
    params=[option.folder()],
    formats=_FORMATS,
    help="Write the connectors of a running cluster, Java's too, into files.",
    examples=[
        ("weirctl --connect URL export -f connectors/", "a file for each connector"),
        ("weirctl --connect URL export -f - orders", "one connector, to standard output"),
        ("weirctl --connect URL export -f connectors/ --overwrite", "take over what runs"),
    ],
)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["yaml", "json"]),
    default="yaml",
    show_default=True,
    help="yaml: KafkaConnector resources; json: bodies for POST /connectors",
)
@click.option(
    "--connect-ref",
    metavar="[NAMESPACE/]NAME",
    help="name a KafkaConnect in the files, and not the address",
)
@click.option("--namespace", metavar="NAMESPACE", default="", help="metadata.namespace of all")
@click.option("--overwrite", is_flag=True, help="bring files up to date that differ")
@click.option("--with-secrets", is_flag=True, help="write passwords into the files as they are")
@click.pass_obj
def export(settings: Settings, /, *, names: tuple[str, ...], **chosen: Any) -> Running:
    """Write the connectors of a running cluster into files."""
    from weir_operator.cli.weirctl.folder import export as work  # noqa: PLC0415 - loads much
    from weir_operator.sources.manifest import Form  # noqa: PLC0415

    if settings.folder is None:
        raise OperatorError("export needs -f FOLDER, or -f - for standard output")
    target = settings.target("export")
    place = _reference(chosen["connect_ref"]) or {"external": {"url": target.url}}
    form = Form(place, namespace=chosen["namespace"], secrets=chosen["with_secrets"])
    wish = work.Wish(
        settings.folder,
        form,
        names,
        overwrite=chosen["overwrite"],
        as_connect_json=chosen["form"] == "json",
    )
    return work.export(target, wish, timeout_s=settings.timeout, as_json=settings.as_json)


def _reference(text: str | None) -> dict[str, Any] | None:
    if text is None:
        return None
    namespace, _, name = text.rpartition("/")
    if not name or "/" in namespace:
        raise OperatorError(f"--connect-ref {text!r}: write NAME, or NAMESPACE/NAME")
    return {"connectRef": {"name": name} | ({"namespace": namespace} if namespace else {})}


def _rule(
    selector: str | None, *, prune: bool, prune_matching: str | None, prune_max: int | None
) -> Rule | None:
    from weir_operator.cli.weirctl.folder.prune import Rule  # noqa: PLC0415 - loads much

    if prune and selector is not None:
        raise OperatorError(
            "--prune would delete what has a file that --selector leaves out: give one of them,"
            " or say what may go with --prune-matching"
        )
    matching, most = prune_matching, prune_max
    if not prune and (matching is not None or most is not None):
        raise OperatorError("--prune-matching and --prune-max say what --prune may delete: add it")
    return Rule.of(matching, most) if prune else None


def _folder(
    settings: Settings, name: str, selector: str | None, *, needs_address: bool = True
) -> Folder:
    """Check what was given before anything is asked of a worker."""
    from weir_operator.client.target import target_of  # noqa: PLC0415 - loads much
    from weir_operator.sources.folder import Folder  # noqa: PLC0415
    from weir_operator.sources.selector import parse  # noqa: PLC0415

    try:
        meant = None if selector is None else parse(selector)
    except ValueError as problem:
        raise OperatorError(f"--selector: {problem}") from problem
    access = settings.access()
    url = settings.address()
    if settings.folder is None:
        raise OperatorError(f"{name} needs -f FOLDER")

    @functools.cache
    def fallback() -> ClusterTarget | None:
        found = settings.fallback()
        return target_of(*found) if found is not None else None

    return Folder(
        settings.folder,
        url,
        access,
        # a context may ask a program for its password
        access_to=functools.cache(settings.access_to),
        fallback=fallback if url is None and needs_address else None,
        selector=meant,
        needs_address=needs_address,
    )


def _desires(settings: Settings, name: str, selector: str | None) -> Sequence[Desired]:
    folder = _folder(settings, name, selector)
    desires = folder.load()
    if not desires:
        raise OperatorError(_nothing(folder))
    return desires


def _nothing(folder: Folder) -> str:
    from weir_operator.sources import file  # noqa: PLC0415 - loads much

    place = file.STDIN_PLACE if folder.path == file.STDIN else folder.path
    which = f" with the labels {folder.selector.text}" if folder.selector else ""
    return f"{place}: there is no KafkaConnector{which}"


def _once(work: Any, settings: Settings, desires: Sequence[Desired], *more: Any) -> Running:
    return _finish(work(desires, *more, timeout_s=settings.timeout, as_json=settings.as_json))


async def _dry_run(settings: Settings, desires: Sequence[Desired], rule: Rule | None) -> int:
    from weir_operator.cli.weirctl.folder import diff as work  # noqa: PLC0415 - loads much

    code = await _once(work.diff, settings, desires, rule)
    tell_error("dry run: nothing was written")
    return code


async def _finish(work: Coroutine[Any, Any, tuple[str, int]]) -> int:
    text, code = await work
    say(text)
    return int(code)

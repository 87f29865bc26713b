"""`weirctl context`: workers by name, with what one needs to be let in."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from weir_operator.cli.weirctl import completion
from weir_operator.cli.weirctl.command import Command, Group, command
from weir_operator.cli.weirctl.output import say, tell_error
from weir_operator.cli.weirctl.settings import CONTEXT_VARIABLE, URL_VARIABLE, Settings
from weir_operator.config.access import AccessError
from weir_operator.observe.errors import OperatorError

if TYPE_CHECKING:
    from weir_operator.config.context import Context, ContextFile

T = TypeVar("T")
_HIDDEN = "[hidden]"

context = Group(
    name="context",
    help=(
        "Keep workers in a file, and choose one with --context NAME. The file is"
        " ~/.config/weir/weirctl.yaml, or the one in WEIRCTL_CONFIG; only its owner can read it."
    ),
)
context.examples = [
    ("weirctl context set local --url http://localhost:8083", "the first one is the current one"),
    (
        "weirctl context set prod --url https://c:8443 --user me --password-command 'pass me'",
        "",
    ),
    ("weirctl context use prod", "from now on"),
    ("weirctl --context local get", "for once"),
]


def _plain(name: str, **more: Any) -> Callable[[Callable[..., Any]], Command]:
    more.setdefault("formats", ())
    return command(name, connects=False, **more)


def _tried(work: Callable[[], T]) -> T:
    try:
        return work()
    except AccessError as problem:
        raise OperatorError(str(problem)) from problem


def _name(*, required: bool = True) -> click.Argument:
    return click.Argument(["name"], required=required, shell_complete=completion.contexts)


@_plain("list", formats=("text", "name", "json", "yaml"), help="Show all contexts.")
@click.pass_obj
def context_list(settings: Settings) -> None:
    """Show all contexts."""
    from weir_operator.cli.weirctl import document, table  # noqa: PLC0415

    found = settings.contexts()
    if settings.is_data:
        bodies = [
            {**shown(one), "current": one.name == found.current} for one in found.contexts.values()
        ]
        say(document.dump(bodies, settings.output))
    elif settings.output == "name":
        for name in found.contexts:
            say(name)
    elif not found.contexts:
        say(f"there are no contexts in {found.path}; make one: weirctl context set NAME --url URL")
    else:
        rows = [
            ("*" if one.name == found.current else "", one.name, one.url, _login(one))
            for one in found.contexts.values()
        ]
        say(table.render(("CURRENT", "NAME", "URL", "LOGIN"), rows))


def _login(one: Context) -> str:
    if "user" in one.keys:
        return str(one.keys["user"])
    if any(key.startswith("token") for key in one.keys):
        return "token"
    return "certificate" if "cert-file" in one.keys else "-"


def shown(one: Context) -> dict[str, Any]:
    """Give a context with its secrets hidden."""
    from weir_operator.config.context import SECRET_KEYS  # noqa: PLC0415

    found: dict[str, Any] = {"name": one.name}
    for key, value in one.keys.items():
        if key == "headers":
            found[key] = dict.fromkeys(value, _HIDDEN)
        elif key == "proxy" and "@" in value:
            found[key] = _HIDDEN
        else:
            found[key] = _HIDDEN if key in SECRET_KEYS else value
    return found


@_plain(
    "show",
    params=[_name(required=False)],
    formats=("yaml", "json"),
    help="Show one context, the current one if none is named; secrets are hidden.",
)
@click.pass_obj
def context_show(settings: Settings, name: str | None) -> None:
    """Show one context."""
    from weir_operator.cli.weirctl import document  # noqa: PLC0415

    found = settings.contexts()
    one = _tried(lambda: found.named(name or _current(found)))
    form = "json" if settings.output == "json" else "yaml"
    say(document.dump(shown(one), form))


@_plain("current", help="Say which context is the current one.")
@click.pass_obj
def context_current(settings: Settings) -> None:
    """Say which context is the current one."""
    name = _current(settings.contexts())
    say(name)
    for variable in (URL_VARIABLE, CONTEXT_VARIABLE):
        if os.environ.get(variable):
            tell_error(f"{variable} is set and counts before it")


def _current(found: ContextFile) -> str:
    name = os.environ.get(CONTEXT_VARIABLE) or found.current
    if not name:
        raise OperatorError("there is no current context; choose one: weirctl context use NAME")
    return name


@_plain("use", params=[_name()], help="Make a context the current one.")
@click.pass_obj
def context_use(settings: Settings, name: str) -> None:
    """Make a context the current one."""
    found = settings.contexts()
    one = _tried(lambda: found.named(name))
    _tried(replace(found, current=name).write)
    say(f"{name} is the current context: {one.url}")


@_plain("delete", params=[_name()], help="Take a context out of the file.")
@click.pass_obj
def context_delete(settings: Settings, name: str) -> None:
    """Take a context out of the file."""
    found = settings.contexts()
    _tried(_tried(lambda: found.without(name)).write)
    say(f"{name} is no context any more")


def _keys() -> list[click.Parameter]:
    texts = {
        "--ca-file": ("FILE", "authorities to trust, PEM"),
        "--cert-file": ("FILE", "own certificate, PEM"),
        "--key-file": ("FILE", "key of it, PEM"),
        "--key-password-file": ("FILE", "file with the password of the key"),
        "--server-name": ("NAME", "name in the worker's certificate, if not the host of the URL"),
        "--user": ("NAME", "name for basic authentication; its password is asked for"),
        "--password-file": ("FILE", "file with the password"),
        "--password-command": ("COMMAND", "command that prints the password, run each time"),
        "--token-file": ("FILE", "file with a bearer token"),
        "--token-command": ("COMMAND", "command that prints a bearer token, run each time"),
        "--proxy": ("URL", "HTTP proxy on the way"),
    }
    made: list[click.Parameter] = [
        click.Option([name], metavar=kind, help=text) for name, (kind, text) in texts.items()
    ]
    made.append(
        click.Option(
            ["--url", "--cluster", "url"], metavar="URL", help="address of a Connect worker"
        )
    )
    return made[-1:] + made[:-1]


@_plain(
    "set",
    params=[_name(), *_keys()],
    help=(
        "Make a context, or change keys of one. Files are taken from the folder of the file of"
        " contexts unless they are absolute. Passwords and tokens are never arguments: the password"
        " of --user is asked for, or read with --password-stdin."
    ),
    examples=[
        ("weirctl context set local --url http://localhost:8083", ""),
        ("weirctl context set prod --url https://c:8443 --ca-file ca.pem --user me", "asks for it"),
        ("weirctl context set prod --header X-Tenant=shop --use", "change it, and make it current"),
    ],
)
@click.option("--password-stdin", is_flag=True, help="read the password of --user from stdin")
@click.option("--token-stdin", is_flag=True, help="read a bearer token from stdin")
@click.option(
    "--header", "headers", multiple=True, metavar="NAME=VALUE", help="header of each request"
)
@click.option("--unset", "unsets", multiple=True, metavar="KEY", help="take a key away")
@click.option("--use", "use_it", is_flag=True, help="make it the current one")
@click.pass_obj
def context_set(settings: Settings, /, name: str, *, use_it: bool, **words: Any) -> None:
    """Make or change a context."""
    found = settings.contexts()
    former = found.contexts.get(name)
    keys = _changed(dict(former.keys) if former is not None else {}, words)
    if "url" not in keys:
        raise OperatorError(f"the context {name} is new: it needs --url URL")
    _check_url(keys["url"])
    changed = _tried(lambda: found.with_context(name, keys))
    if use_it:
        changed = replace(changed, current=name)
    _tried(changed.write)
    current = "; it is the current one" if changed.current == name else ""
    say(f"{name}: {keys['url']}{current}")


def _check_url(url: str) -> None:
    from weir_operator.client.target import target_of  # noqa: PLC0415 - help does without
    from weir_operator.config.access import Access  # noqa: PLC0415

    try:
        target_of(url, Access())
    except ValueError as problem:
        raise OperatorError(f"--url: {problem}") from problem


_LOGINS = {
    "user": ("token", "token-file", "token-command"),
    "token": (
        "user",
        "password",
        "password-file",
        "password-command",
        "token-file",
        "token-command",
    ),
    "token-file": (
        "user",
        "password",
        "password-file",
        "password-command",
        "token",
        "token-command",
    ),
    "token-command": (
        "user",
        "password",
        "password-file",
        "password-command",
        "token",
        "token-file",
    ),
    "password": ("password-file", "password-command"),
    "password-file": ("password", "password-command"),
    "password-command": ("password", "password-file"),
}


def _changed(keys: dict[str, Any], words: dict[str, Any]) -> dict[str, Any]:
    """Give the keys with what was given; a login takes the place of another one."""
    from weir_operator.config.context import TEXT_KEYS  # noqa: PLC0415

    given = {key: words.get(key.replace("-", "_")) for key in TEXT_KEYS}
    new = {key: value for key, value in given.items() if value is not None}
    new |= _typed(new, words)
    for key in new:
        for other in _LOGINS.get(key, ()):
            keys.pop(other, None)
    headers = {**keys.get("headers", {}), **dict(_header(text) for text in words["headers"])}
    keys |= new | ({"headers": headers} if headers else {})
    for key in words["unsets"]:
        if key not in keys:
            raise OperatorError(f"it has no key {key}; it has {', '.join(keys) or 'none'}")
        del keys[key]
    return keys


def _typed(new: dict[str, str], words: dict[str, Any]) -> dict[str, str]:
    """Read a secret from the standard input, or ask for it."""
    if words["token_stdin"]:
        return {"token": _stdin_line("--token-stdin")}
    if words["password_stdin"]:
        return {"password": _stdin_line("--password-stdin")}
    if "user" not in new or {"password-file", "password-command"} & new.keys():
        return {}
    if sys.stdin is None or not sys.stdin.isatty():
        raise OperatorError(
            "--user needs --password-stdin, --password-file or --password-command"
            " where nobody can be asked"
        )
    return {"password": getpass.getpass(f"password of {new['user']}: ")}


def _stdin_line(name: str) -> str:
    text = sys.stdin.readline().rstrip("\r\n") if sys.stdin is not None else ""
    if not text:
        raise OperatorError(f"{name}: the standard input is empty")
    return text


def _header(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise OperatorError(f"{text!r} is not of the form --header NAME=VALUE")
    return name.strip(), value


@_plain(
    "import",
    help="Take contexts over from kcctl; those of the same name stay as they are.",
    examples=[("weirctl context import", "from ~/.kcctl"), ("weirctl context import FILE", "")],
)
@click.argument("file", default="~/.kcctl", metavar="[FILE]")
@click.pass_obj
def context_import(settings: Settings, file: str) -> None:
    """Take contexts over from kcctl."""
    from weir_operator.config.context import read_kcctl  # noqa: PLC0415

    kcctl, current = _tried(lambda: read_kcctl(Path(file).expanduser()))
    found = settings.contexts()
    had_current = found.current
    new = [name for name in kcctl if name not in found.contexts]
    for name in new:
        made = found
        found = _tried(lambda made=made, name=name: made.with_context(name, kcctl[name]))  # type: ignore[misc]
    if had_current is None and current in new:
        found = replace(found, current=current)
    if new:
        _tried(found.write)
    kept = [name for name in kcctl if name not in new]
    say(f"imported: {', '.join(new) or 'none'}" + (f"; kept: {', '.join(kept)}" if kept else ""))


@_plain(
    "check",
    params=[_name(required=False)],
    formats=("text", "json", "yaml"),
    help="Ask a context's worker whether it is ready and lets one in.",
)
@click.pass_obj
def context_check(settings: Settings, name: str | None) -> Coroutine[Any, Any, int]:
    """Ask the worker of a context."""
    from weir_operator.cli.weirctl.cluster import worker  # noqa: PLC0415 - loads much

    chosen = replace(settings, context=name or _current(settings.contexts()))
    return worker.info(chosen, chosen.target("context check"))


for _one in (
    context_list,
    context_set,
    context_use,
    context_show,
    context_current,
    context_check,
    context_import,
    context_delete,
):
    context.add_command(_one)

"""The commands and options of weirctl."""

from __future__ import annotations

from collections.abc import Iterator

import click

from reference.markdown import code, rows
from weir_operator.cli.weirctl import catalog, option, program
from weir_operator.cli.weirctl.connector import select


def options() -> str:
    """Return the options that commands of weirctl share."""
    lines = []
    for shared in option.every_option():
        names = ", ".join(code(word) for word in shared.opts)
        lines.append((names, shared.metavar or "", shared.help or ""))
    return rows(("Option", "Value", "Meaning"), lines)


def commands() -> str:
    """Return the commands of weirctl."""
    found = [(entry.section, code(entry.name), entry.text) for entry in catalog.COMMANDS]
    return rows(("", "Command", "What it does"), found)


def command_options() -> str:
    """Return the arguments and the options that each command has for itself."""
    root = program.root()
    chosen = {param.name for param in select.params()}
    lines = []
    with root.make_context(program.NAME, ["help"]) as context:
        for path, command in _commands(root, context, ""):
            names = " ".join(p.make_metavar(context) for p in _arguments(command))
            usage = code(f"{path} {names}".strip())
            found = [one for one in command.params if _is_own(one)]
            own = [_option(one) for one in found if one.name not in chosen]
            if len(own) < len(found):
                own.insert(0, ("a choice", "see [Which connectors](#which-connectors)"))
            lines += [(usage if first else "", *one) for first, one in _first(own or [("", "")])]
    return rows(("Command", "Option", "Meaning"), lines)


def _commands(
    group: click.Group, context: click.Context, path: str
) -> Iterator[tuple[str, click.Command]]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from _commands(command, context, f"{path} {name}".strip())
        elif command is not None:
            yield f"{path} {name}".strip(), command


def _arguments(command: click.Command) -> list[click.Argument]:
    return [one for one in command.params if isinstance(one, click.Argument)]


def _is_own(param: click.Parameter) -> bool:
    return isinstance(param, click.Option) and not isinstance(param, option.Shared)


def _option(param: click.Parameter) -> tuple[str, str]:
    names = ", ".join(code(word) for word in param.opts if word.startswith("-"))
    value = f" {param.metavar}" if param.metavar else ""
    return f"{names}{value}", str(getattr(param, "help", None) or "")


def _first(lines: list[tuple[str, str]]) -> Iterator[tuple[bool, tuple[str, str]]]:
    for number, line in enumerate(lines):
        yield number == 0, line

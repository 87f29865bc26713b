"""Commands as weirctl has them: lazy, in sections, with examples and shared options."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click

from weir_operator.cli.weirctl import option
from weir_operator.cli.weirctl.catalog import SECTIONS, Entry
from weir_operator.cli.weirctl.guess import did_you_mean
from weir_operator.cli.weirctl.settings import GIVEN, of_options

_HELP = {"help_option_names": ["-h", "--help"]}


class _Shaped(click.Command):
    """Help with examples and with the shared options apart."""

    examples: Sequence[tuple[str, str]] = ()

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the command's own options, then those of all commands."""
        own: list[tuple[str, str]] = []
        shared: list[tuple[str, str]] = []
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None and isinstance(param, click.Option):
                (shared if isinstance(param, option.Shared) else own).append(record)
        for title, records in (("Options", own), ("Options of all commands", shared)):
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples as they are typed."""
        if self.examples:
            with formatter.section("Examples"):
                for line, what in self.examples:
                    formatter.write(f"  {line}\n      {what}\n")


class Command(_Shaped):
    """One command. Its callback gets `Settings` as the context's object.

    It returns an exit code, or a coroutine of one that runs once everything is read.
    """

    def __init__(
        self,
        *args: Any,
        formats: Sequence[str] = ("text", "json", "yaml"),
        connects: bool = True,
        examples: Sequence[tuple[str, str]] = (),
        **more: Any,
    ) -> None:
        super().__init__(*args, **{"context_settings": _HELP, **more})
        self.examples = examples
        if formats:
            self.params.append(option.output(formats))
        if connects:
            self.params.extend(option.connection())
        self.params.extend(option.everywhere())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; what stood before the command counts unless it is given again."""
        given = dict(ctx.meta.get(GIVEN, {}))
        ctx.default_map = given
        rest = super().parse_args(ctx, args)
        shared = {p.name: p for p in self.params if isinstance(p, option.Shared)}
        foreign = [name for name in given if name not in shared]
        if foreign and not ctx.resilient_parsing:
            raise click.UsageError(f"{ctx.info_name} takes no --{foreign[0]}", ctx)
        found = {name: ctx.params.pop(name) for name in shared if name in ctx.params}
        ctx.obj = of_options({k: v for k, v in found.items() if k})
        return rest

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        import logging  # noqa: PLC0415 - help does without

        logging.basicConfig(
            level=logging.INFO if ctx.obj.verbose else logging.CRITICAL,
            format="%(asctime)s %(levelname)s %(name)s %(message)s",
        )
        return super().invoke(ctx)


class Group(_Shaped, click.Group):
    """Commands below one word; the options of all may stand before theirs."""

    def __init__(self, *args: Any, **more: Any) -> None:
        defaults = {"no_args_is_help": True, "context_settings": _HELP}
        super().__init__(*args, **{**defaults, **more})
        self.params.extend(self.shared())

    def shared(self) -> list[option.Shared]:
        """Make the options that may stand before the command."""
        return [option.output(), *option.connection(), *option.everywhere()]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write commands first: options are the same for all."""
        self.format_commands(ctx, formatter)
        super().format_options(ctx, formatter)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options that stand before the command, and keep them for it."""
        rest = super().parse_args(ctx, args)
        given = ctx.meta.setdefault(GIVEN, {})
        names = [p.name for p in self.params if isinstance(p, option.Shared)]
        found = {name: ctx.params.pop(name, None) for name in names}
        given.update({name: value for name, value in found.items() if value is not None})
        return rest

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which it may have been."""
        name = args[0]
        found = self.get_command(ctx, name)
        if found is None and not ctx.resilient_parsing:
            raise click.UsageError(
                f"there is no command {name!r}{did_you_mean(name, self.list_commands(ctx))}", ctx
            )
        return name if found else None, found, args[1:]


class Root(Group):
    """All of weirctl: commands are imported when they are called."""

    def __init__(self, entries: Iterable[Entry], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.entries = {entry.name: entry for entry in entries}

    def shared(self) -> list[option.Shared]:
        """Make the options that may stand before the command."""
        return option.every_option()

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names in the order of the help."""
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        found: click.Command = getattr(importlib.import_module(entry.module), cmd_name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands in their sections, without importing them."""
        for section in SECTIONS:
            rows = [(e.name, e.text) for e in self.entries.values() if e.section == section]
            if rows:
                with formatter.section(section):
                    formatter.write_dl(rows)


def command(name: str, **more: Any) -> Callable[[Callable[..., Any]], Command]:
    """Make a command of a function, as `click.command` does."""
    return click.command(name, cls=Command, **more)

"""Commands with a noun after the verb, of which one need not be said."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from weir_operator.cli.weirctl import completion, option
from weir_operator.cli.weirctl.command import Group

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


@dataclass(frozen=True, slots=True)
class Noun:
    """What a verb is about: `module` holds the command in `attribute`."""

    name: str
    module: str
    attribute: str
    text: str
    aliases: tuple[str, ...] = ()


class Nouns(Group):
    """A verb whose first noun is meant where none is said: `get orders`."""

    def __init__(self, nouns: Iterable[Noun], *args: Any, **more: Any) -> None:
        super().__init__(*args, no_args_is_help=False, **more)
        self.nouns: Mapping[str, Noun] = {noun.name: noun for noun in nouns}
        self.words = {
            word: noun.name for noun in self.nouns.values() for word in (noun.name, *noun.aliases)
        }

    @property
    def first(self) -> str:
        """The noun that is meant where none is said."""
        return next(iter(self.nouns))

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the nouns."""
        return list(self.nouns)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command of a noun or an alias."""
        name = self.words.get(cmd_name)
        if name is None:
            return None
        noun = self.nouns[name]
        found: click.Command = getattr(importlib.import_module(noun.module), noun.attribute)
        return found

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the first noun where none is said."""
        place = self._place(args)
        asks_help = any(word in ("-h", "--help") for word in args[place : place + 1])
        is_said = args[place : place + 1] and args[place] in self.words
        bare = ctx.resilient_parsing and place == len(args)
        if not (asks_help or is_said or bare):
            args = [*args[:place], self.first, *args[place:]]
        return super().parse_args(ctx, args)

    def _place(self, args: list[str]) -> int:
        """Give where the noun has to be: after the options that all commands share."""
        takes = {
            word: not param.is_flag
            for param in self.params
            if isinstance(param, option.Shared)
            for word in param.opts
        }
        place = 0
        while place < len(args) and args[place].partition("=")[0] in takes:
            word, joined, _ = args[place].partition("=")
            place += 2 if takes[word] and not joined else 1
        return min(place, len(args))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the nouns with their short forms."""
        rows = [(", ".join((noun.name, *noun.aliases)), noun.text) for noun in self.nouns.values()]
        with formatter.section("What"):
            formatter.write_dl(rows)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[Any]]:
        """Offer the nouns and, as the first may be left out, names of connectors."""
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        words = completion.items(self.nouns, incomplete)
        names = click.Argument(["names"], nargs=-1)
        return words + completion.connectors(ctx, names, incomplete)

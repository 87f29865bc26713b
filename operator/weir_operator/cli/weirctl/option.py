"""The options that commands share. They may stand before or after the command."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from weir_operator.cli.weirctl import completion
from weir_operator.config.access import PASSWORD_VARIABLE

F = TypeVar("F", bound=Callable[..., Any])


class Shared(click.Option):
    """An option of many commands: help shows it after those of the command itself."""


class Seconds(click.ParamType[float]):
    """A time that somebody can wait for."""

    name = "seconds"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read the number."""
        try:
            number = float(value)
        except ValueError:
            number = 0.0
        if not 0 < number < 1e9:
            self.fail(f"invalid number of seconds: {value!r}", param, ctx)
        return number


def folder() -> Shared:
    """Make the option for the files."""
    return Shared(["-f", "--folder"], metavar="FOLDER", help="a folder, a file, or - for stdin")


def output(formats: Sequence[str] | None = None) -> Shared:
    """Make the option for the form of the result; of None, any word is taken."""
    return Shared(
        ["-o", "--output"],
        type=click.Choice(formats) if formats else click.STRING,
        metavar=None if formats else "FORMAT",
        help="for whom: text for people, json or yaml for programs",
    )


def everywhere() -> list[Shared]:
    """Make the option that every command takes."""
    return [Shared(["-v", "--verbose"], is_flag=True, default=None, help="log what is done")]


def connection() -> list[Shared]:
    """Make the options that say which worker it is and how long to wait for it."""
    return [
        Shared(["--connect"], metavar="URL", help="address of a Connect worker; or WEIR_CONNECT"),
        Shared(
            ["--context"],
            metavar="NAME",
            help="worker out of the file of contexts; or WEIR_CONTEXT",
            shell_complete=completion.contexts,
        ),
        Shared(
            ["--timeout"],
            type=Seconds(),
            metavar="SECONDS",
            help="most time to take; 60 if not given",
        ),
        Shared(["--ca-file"], metavar="FILE", help="authorities to trust, PEM"),
        Shared(["--cert-file"], metavar="FILE", help="own certificate, PEM"),
        Shared(["--key-file"], metavar="FILE", help="key of it, PEM"),
        Shared(
            ["--user"],
            metavar="NAME",
            help=f"name for basic authentication; the password is in {PASSWORD_VARIABLE}",
        ),
    ]


def every_option() -> list[Shared]:
    """Make all shared options, as they may stand before the command."""
    return [folder(), output(), *connection(), *everywhere()]

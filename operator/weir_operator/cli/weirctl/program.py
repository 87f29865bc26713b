"""The program: one command is read and run, and whatever happens becomes an exit code."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Iterator, Sequence

import click

from weir_operator import __version__
from weir_operator.cli.weirctl.catalog import COMMANDS
from weir_operator.cli.weirctl.command import Root
from weir_operator.cli.weirctl.guess import did_you_mean
from weir_operator.cli.weirctl.output import say, tell_error
from weir_operator.observe.errors import OperatorError

NAME = "weirctl"
COMPLETE = "_WEIRCTL_COMPLETE"
ERROR, INTERRUPTED, CLOSED = 2, 130, 141  # the last two as a shell tells of SIGINT and SIGPIPE


def root() -> Root:
    """Build the whole command line."""

    def show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
        if wanted and not ctx.resilient_parsing:
            say(f"{NAME} {__version__}")
            ctx.exit()

    version = click.Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=show_version,
        help="show the version",
    )
    return Root(
        COMMANDS,
        name=NAME,
        params=[version],
        help="Look after the connectors of Kafka Connect, from files and from the keyboard.",
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    instruction = os.environ.get(COMPLETE)
    if instruction:
        return _complete(instruction)
    try:
        return _run(words)
    except click.exceptions.Exit as ending:
        return ending.exit_code
    except click.ClickException as problem:
        return _refused(problem)
    except (KeyboardInterrupt, click.Abort):
        tell_error("interrupted")
        return INTERRUPTED
    except (OperatorError, BrokenPipeError, ExceptionGroup) as problem:
        return _failed(problem)


def _run(words: list[str]) -> int:
    whole = root()
    with whole.make_context(NAME, words) as context:
        # files are read here, before the loop takes Ctrl-C over: standard input may be a terminal
        result = whole.invoke(context)
    if inspect.iscoroutine(result):
        import asyncio  # noqa: PLC0415 - help and completion do without

        result = asyncio.run(result)
    return int(result or 0)


def _complete(instruction: str) -> int:
    from click.shell_completion import shell_complete  # noqa: PLC0415 - for shells only

    return shell_complete(root(), {}, NAME, COMPLETE, instruction)


def _refused(problem: click.ClickException) -> int:
    """Tell what is wrong with the arguments."""
    if isinstance(problem, click.exceptions.NoArgsIsHelpError):
        if sys.stderr is not None:
            sys.stderr.write(f"{problem.format_message()}\n")
    else:
        tell_error(_sentence(problem))
    return ERROR


def _sentence(problem: click.ClickException) -> str:
    """Say in one line what is wrong with the arguments, and where to look."""
    path = NAME
    if isinstance(problem, click.UsageError) and problem.ctx is not None:
        path = problem.ctx.command_path
    return f"{_what(problem)} (see {path} --help)"


def _what(problem: click.ClickException) -> str:
    if isinstance(problem, click.NoSuchOption):
        known = _options_of(problem.ctx)
        name = problem.option_name
        return f"there is no option {name}{did_you_mean(name, known)}"
    if isinstance(problem, click.BadOptionUsage) and "requires" in problem.message:
        return f"{problem.option_name} needs a value"
    if isinstance(problem, click.MissingParameter):
        return f"{_name_of(problem.param)} is missing"
    if isinstance(problem, click.BadParameter):
        text = problem.message.rstrip(".")
        return f"{_name_of(problem.param)}: {text[:1].lower()}{text[1:]}"
    text = problem.format_message().rstrip(".")
    return f"{text[:1].lower()}{text[1:]}"


def _options_of(context: click.Context | None) -> list[str]:
    if context is None:
        return []
    return [word for param in context.command.get_params(context) for word in param.opts]


def _name_of(param: click.Parameter | None) -> str:
    if param is None:
        return "an argument"
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return param.metavar or (param.name or "").upper()


def _failed(problem: Exception) -> int:
    """Tell what went wrong and give the exit code; a defect of ours passes through."""
    leaves = list(_leaves(problem))
    if any(isinstance(leaf, BrokenPipeError) for leaf in leaves):
        return CLOSED
    if not all(isinstance(leaf, OperatorError) for leaf in leaves):
        raise problem
    for leaf in leaves:
        tell_error(str(leaf))
    return ERROR


def _leaves(problem: BaseException) -> Iterator[BaseException]:
    if isinstance(problem, BaseExceptionGroup):
        for inner in problem.exceptions:
            yield from _leaves(inner)
    else:
        yield problem

"""`weirctl completion` and `weirctl help`."""

from __future__ import annotations

import click

from weir_operator.cli.weirctl.command import command
from weir_operator.cli.weirctl.output import say

_SHELLS = ("bash", "zsh", "fish")


@command(
    "completion",
    formats=(),
    connects=False,
    help="Print what a shell needs to complete commands, options and names of connectors.",
    examples=[
        ('eval "$(weirctl completion bash)"', "now, or in ~/.bashrc"),
        ('eval "$(weirctl completion zsh)"', "in ~/.zshrc, after compinit"),
        ("weirctl completion fish > ~/.config/fish/completions/weirctl.fish", ""),
    ],
)
@click.argument("shell", type=click.Choice(_SHELLS), metavar="|".join(_SHELLS))
@click.pass_obj
def completion(_: object, shell: str) -> None:
    """Print the script for a shell."""
    from click import shell_completion  # noqa: PLC0415 - for this command only

    from weir_operator.cli.weirctl.program import COMPLETE, NAME, root  # noqa: PLC0415 - as it is

    kind = shell_completion.get_completion_class(shell)
    if kind is not None:
        made = kind(root(), {}, NAME, COMPLETE)
        say(made.source_template % made.source_vars())


@command(
    "help",
    formats=(),
    connects=False,
    help="Show the help of a command.",
    examples=[("weirctl help offsets set", "")],
)
@click.argument("words", nargs=-1, metavar="[COMMAND]...")
@click.pass_context
def help(context: click.Context, words: tuple[str, ...]) -> None:  # noqa: A001 - its name
    """Show the help of a command."""
    found = context.find_root()
    for word in words:
        group = found.command
        if not isinstance(group, click.Group):
            break
        name, made, _ = group.resolve_command(found, [word])
        if made is not None:
            found = click.Context(made, info_name=name, parent=found)
    say(found.get_help())

"""The commands and options of weirctl."""

from __future__ import annotations

import argparse

from reference.markdown import code, rows
from weir_operator.cli import weirctl


def options() -> str:
    """Return the options of weirctl."""
    lines = []
    for action in weirctl.parser()._actions:
        if not action.option_strings or action.dest == "help":
            continue
        names = ", ".join(code(word) for word in action.option_strings)
        values = " or ".join(map(code, action.choices or ())) or (action.metavar or "")
        text = action.help or ""
        if action.dest == "verbose":
            text = "log what is done to standard error"
        lines.append(
            (names, values, "" if action.default in (None, False) else action.default, text)
        )
    return rows(("Option", "Value", "Default", "Meaning"), lines)


def commands() -> str:
    """Return the commands of weirctl."""
    (choices,) = (
        action
        for action in weirctl.parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    found = [(code(choice.dest), choice.help) for choice in choices._choices_actions]
    return rows(("Command", "What it does"), found)

"""The commands and options of weirctl."""

from __future__ import annotations

from reference.markdown import code, rows
from weir_operator.cli.weirctl import catalog, option


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

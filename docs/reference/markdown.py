"""Texts as Markdown: cells, tables, keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from weir_runtime.api.config import ConfigKey


def cell(text: object) -> str:
    """Return a text as a cell of a Markdown table."""
    line = " ".join(str(text).split()).replace("|", r"\|")
    pieces = line.split("`")
    # inside of code nothing is markup
    pieces[::2] = [piece.replace("<", "&lt;").replace("*", r"\*") for piece in pieces[::2]]
    return "`".join(pieces)


def rows(header: Sequence[str], body: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *body]
    return "\n".join(f"| {' | '.join(map(cell, line))} |" for line in lines)


def code(text: object) -> str:
    """Return a text as code; nothing for an empty one."""
    return f"`{text}`" if str(text) else ""


def first_line(text: str | None) -> str:
    """Return the first line of a docstring."""
    return (text or "").strip().partition("\n")[0]


def default(key: ConfigKey) -> str:
    """Return what a key is without a value."""
    if key.required:
        return "required"
    return code(key.default) if key.default else ""


def key_table(keys: Iterable[ConfigKey]) -> str:
    """Return a table of keys."""
    found = [(code(key.name), key.kind.lower(), default(key), key.documentation) for key in keys]
    return rows(("Key", "Type", "Default", "Meaning"), found) if found else "No keys of its own."

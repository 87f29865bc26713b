"""Tables for people: columns as wide as their longest cell, no borders."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def render(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay out rows under a header; a control character shows as a space."""
    cells = [[clean(cell) for cell in row] for row in (header, *rows)]
    widths = [max(_width(row[column]) for row in cells) for column in range(len(header))]
    return "\n".join(
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in cells
    )


def clean(cell: str) -> str:
    """Give a text without what could steer a terminal."""
    # a name or a trace comes from another machine: it must not steer the terminal
    return "".join(" " if unicodedata.category(char).startswith("C") else char for char in cell)


def _width(cell: str) -> int:
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in cell)
    marks = sum(unicodedata.combining(char) != 0 for char in cell)
    return len(cell) + wide - marks

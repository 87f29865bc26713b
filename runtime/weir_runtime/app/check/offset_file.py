"""The offset file of a standalone worker: Java's or ours, and what is in it."""

from __future__ import annotations

from pathlib import Path

from weir_runtime.api.errors import ConfigError
from weir_runtime.app.check.finding import Level, Remark
from weir_runtime.storage import offset_file
from weir_runtime.storage.offset_index import OffsetIndex


def examine(path: Path) -> tuple[tuple[Remark, ...], OffsetIndex]:
    """Return what is to be said of a file, and its offsets; nothing is changed."""
    index = OffsetIndex()
    name = str(path)
    try:
        found = offset_file.read(path)
    except ConfigError as error:
        return (Remark(Level.PROBLEM, name, str(error)),), index
    for key, value in found.entries:
        index.apply(key, value)
    if not found.entries:
        return (
            Remark(Level.NOTE, name, "holds no offsets: sources start from the beginning"),
        ), index
    count = sum(len(index.pairs(connector)) for connector in index.connectors())
    offsets = "1 offset" if count == 1 else f"{count} offsets"
    held = ", ".join(f"{item} {len(index.pairs(item))}" for item in index.connectors())
    if not found.from_java:
        return (Remark(Level.OK, name, f"is Weir's, {offsets}: {held}"),), index
    text = (
        f"is a Java worker's, {offsets}: {held}. The worker takes them over when it starts "
        f"and keeps the file as {path.name}.java"
    )
    return (Remark(Level.OK, name, text),), index

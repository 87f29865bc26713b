"""The files of a folder, and what they hold."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from weir_operator.sources.document import Problem

SUFFIXES = frozenset({".yaml", ".yml", ".json", ".properties"})
STDIN = "-"
STDIN_PLACE = "<stdin>"


def texts(path: str, problems: list[Problem]) -> Iterator[tuple[str, str]]:
    """Read a file, a folder or `-`: each text with its place; what cannot be is a problem."""
    if path == STDIN:
        places: list[tuple[str, Callable[[], bytes]]] = [(STDIN_PLACE, _read_stdin)]
    else:
        places = [(str(file), file.read_bytes) for file in files(Path(path), problems)]
    for place, read in places:
        try:
            yield place, read().decode()
        except OSError as problem:
            problems.append(Problem(place, 0, _cannot(problem)))
        except UnicodeDecodeError as problem:
            line = problem.object.count(b"\n", 0, problem.start) + 1
            problems.append(Problem(place, line, "this is no UTF-8 text"))


def files(root: Path, problems: list[Problem]) -> list[Path]:
    """List the files of a folder in a fixed order, hidden ones left out; a file is itself."""
    try:
        root.stat()
    except OSError as problem:
        missing = isinstance(problem, FileNotFoundError)
        sentence = "there is no such file or folder" if missing else _cannot(problem)
        problems.append(Problem(str(root), 0, sentence))
        return []
    if not root.is_dir():
        return [root]

    def complain(problem: OSError) -> None:
        problems.append(Problem(str(problem.filename), 0, _cannot(problem)))

    found: list[Path] = []
    for folder, names, inner in os.walk(root, onerror=complain):
        names[:] = [name for name in names if not name.startswith(".")]
        found.extend(Path(folder, name) for name in inner if not name.startswith("."))
    return sorted(file for file in found if file.suffix in SUFFIXES)


def _read_stdin() -> bytes:
    if sys.stdin is None:  # closed by who started us
        return b""
    return sys.stdin.buffer.read()


def _cannot(problem: OSError) -> str:
    return f"it cannot be read: {(problem.strerror or str(problem)).lower()}"

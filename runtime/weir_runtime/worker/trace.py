r"""Failures as text that reads like a Java stack trace, because Connect's clients parse those.

The first line is `module.Class: message`, frames are `\tat module.function(file.py:12)` with the
innermost first, causes begin with `Caused by: `.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from types import TracebackType

from weir_runtime.observe import redaction

MAX_CHARACTERS = 16 * 1024
_MAX_MESSAGE = 4 * 1024
_MAX_FRAMES = 40


def text(error: BaseException) -> str:
    """Return the trace of an error with its causes, at most `MAX_CHARACTERS` long.

    Secrets of the process's connectors are hidden in it.
    """
    lines: list[str] = []
    left = MAX_CHARACTERS
    for line in _lines(error):
        left -= len(line) + 1
        if left < 0:
            lines.append("\t... the rest is left out")
            break
        lines.append(line)
    return redaction.SECRETS.clean("\n".join(lines)) + "\n"


def headline(error: BaseException) -> str:
    """Return `module.Class: message`, as the first line of a trace."""
    kind = type(error)
    name = kind.__qualname__
    if kind.__module__ != "builtins":
        name = f"{kind.__module__}.{name}"
    message = str(error)
    if len(message) > _MAX_MESSAGE:
        message = f"{message[:_MAX_MESSAGE]} ... ({len(message) - _MAX_MESSAGE} more characters)"
    return f"{name}: {message}" if message else name


def _lines(error: BaseException) -> Iterator[str]:
    seen: set[int] = set()
    current: BaseException | None = error
    prefix = ""
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield prefix + headline(current)
        yield from _frames(current.__traceback__)
        if isinstance(current, BaseExceptionGroup):
            for part in current.exceptions:
                yield f"\tSuppressed: {headline(part)}"
        current = current.__cause__ or (
            None if current.__suppress_context__ else current.__context__
        )
        prefix = "Caused by: "


def _frames(trace: TracebackType | None) -> Iterator[str]:
    frames = []
    while trace is not None:
        code = trace.tb_frame.f_code
        module = trace.tb_frame.f_globals.get("__name__", "?")
        where = f"{PurePath(code.co_filename).name}:{trace.tb_lineno}"
        frames.append(f"\tat {module}.{code.co_qualname}({where})")
        trace = trace.tb_next
    frames.reverse()
    yield from frames[:_MAX_FRAMES]
    if len(frames) > _MAX_FRAMES:
        yield f"\t... {len(frames) - _MAX_FRAMES} more"

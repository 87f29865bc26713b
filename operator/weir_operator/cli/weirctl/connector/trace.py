"""The one line of a stack trace that says what happened."""

from __future__ import annotations

_CAUSED = "Caused by: "
_PYTHON = "Traceback (most recent call last)"


def cause(trace: str) -> str:
    """Give the innermost cause of Java's trace, or the error at the end of Python's."""
    lines = [line for line in trace.splitlines() if line.strip()]
    if not lines:
        return ""
    caused = [line for line in lines if line.startswith(_CAUSED)]
    if caused:
        return caused[-1].removeprefix(_CAUSED)
    if any(line.startswith(_PYTHON) for line in lines):
        flush = [line for line in lines if not line[0].isspace() and not line.startswith(_PYTHON)]
        return flush[-1] if flush else lines[-1].strip()
    return lines[0].strip()

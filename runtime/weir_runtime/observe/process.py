"""CPU time, memory and open files of a process, from Linux's /proc; nothing elsewhere."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class ProcessFigures:
    """One process now."""

    cpu_s: float
    resident_bytes: int
    open_fds: int


def figures(pid: int, proc: Path = _PROC) -> ProcessFigures | None:
    """Return the figures of a process; None where it is gone or the system has no /proc."""
    folder = proc / str(pid)
    try:
        # the name, in brackets, may hold blanks and brackets itself
        fields = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
        fds = len(os.listdir(folder / "fd"))  # noqa: PTH208 - no path objects for each file
    except OSError:
        return None
    ticks = os.sysconf("SC_CLK_TCK")
    cpu_s = (int(fields[11]) + int(fields[12])) / ticks
    return ProcessFigures(cpu_s, int(fields[21]) * os.sysconf("SC_PAGE_SIZE"), fds)

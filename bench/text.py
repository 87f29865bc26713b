"""Lines to measure with: a web server's log, each line different, about 120 bytes."""

from __future__ import annotations

import random
from pathlib import Path

METHODS = ("GET", "POST", "PUT", "DELETE")
PATHS = ("/connectors", "/connectors/orders/status", "/health", "/admin/loggers", "/")
AGENTS = ("curl/8.5.0", "python-requests/2.34", "kcctl/1.0.0", "Mozilla/5.0 (X11; Linux x86_64)")


def write_lines(path: Path, count: int, seed: int = 7) -> int:
    """Write `count` lines and return the file's size in bytes."""
    dice = random.Random(seed)
    with path.open("w", newline="\n") as file:
        for number in range(count):
            file.write(
                f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255} - - "
                f"[23/Nov/2026:03:{number // 60 % 60:02d}:{number % 60:02d} +0000] "
                f'"{dice.choice(METHODS)} {dice.choice(PATHS)}?n={number} HTTP/1.1" 200 '
                f'{dice.randrange(100, 99999)} "{dice.choice(AGENTS)}"\n'
            )
    return path.stat().st_size

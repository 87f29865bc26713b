"""The worker that a command talks to."""

from __future__ import annotations

from weir_operator import __version__
from weir_operator.client.http import HttpConnect
from weir_operator.client.target import ClusterTarget


def connect(target: ClusterTarget) -> HttpConnect:
    """Give the client of a target; a worker's log knows weirctl by its name."""
    return HttpConnect(target, agent=f"weirctl/{__version__}")

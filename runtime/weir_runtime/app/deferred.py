"""A herder that is named later: listeners are bound before there is one.

The advertised address, which the herder needs, is known only once a port is bound. Until `ready`
says so nobody asks the herder anything.
"""

from __future__ import annotations

from typing import Any, cast

from weir_runtime.herder.surface import Herder


class Deferred:
    """Stands in for the herder; whatever is asked goes to `target`."""

    def __init__(self) -> None:
        self.target: Herder | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.target, name)

    @property
    def herder(self) -> Herder:
        """Return this object as what it stands for."""
        return cast(Herder, self)

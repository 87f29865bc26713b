"""Results for a folder: kept in memory and told to whoever listens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Literal

from weir_operator.plan.model import Owner

OnEvent = Callable[[Owner, Literal["Normal", "Warning"], str, str], None]
OnStatus = Callable[[Owner, Mapping[str, Any]], None]


class FolderReport:
    """The report of a folder: files are never written, so a status lives as long as the program.

    There is nothing to hold with a finalizer: a file that is taken away leaves its connector.
    `news` is set with every status.
    """

    def __init__(
        self, *, on_event: OnEvent | None = None, on_status: OnStatus | None = None
    ) -> None:
        self.statuses: dict[str, Mapping[str, Any]] = {}
        self.news = asyncio.Event()
        self._on_event = on_event
        self._on_status = on_status

    async def status(self, owner: Owner, status: Mapping[str, Any]) -> None:
        """Keep a status and tell it."""
        self.statuses[owner.uid] = status
        self.news.set()
        if self._on_status is not None:
            self._on_status(owner, status)

    async def add_finalizer(self, owner: Owner) -> None:
        """Do nothing: a file is not held."""

    async def remove_finalizer(self, owner: Owner) -> None:
        """Do nothing: a file is not held."""

    async def event(
        self, owner: Owner, *, kind: Literal["Normal", "Warning"], reason: str, message: str
    ) -> None:
        """Tell a transition."""
        if self._on_event is not None:
            self._on_event(owner, kind, reason, message)

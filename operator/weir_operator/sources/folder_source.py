"""A folder as a source of desires: read once, then again and again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace

from weir_operator.controller.clock import Clock, SystemClock, pause
from weir_operator.controller.ports import Change, Gone, Present
from weir_operator.plan.model import Desired
from weir_operator.sources.folder import FolderError


class FolderSource:
    """A folder as a source: read once for `list`, then again every `poll_s` seconds.

    A change of a document is a new generation. Files that are wrong at a later look are told to
    `on_problem`, and what was read before stays.
    """

    def __init__(
        self,
        load: Callable[[], Sequence[Desired]],
        *,
        on_problem: Callable[[FolderError], None],
        poll_s: float = 2.0,
        clock: Clock | None = None,
    ) -> None:
        self._load = load
        self._on_problem = on_problem
        self._poll_s = poll_s
        self._clock = clock or SystemClock()
        self._known: dict[str, Desired] = {}
        self._told = ""

    async def list(self) -> Sequence[Desired]:
        """Read the folder.

        Raises:
            FolderError: The files are wrong.
        """
        self._known = {desired.owner.uid: desired for desired in self._load()}
        return list(self._known.values())

    async def changes(self) -> AsyncIterator[Change]:
        """Yield what changed in the folder, for ever."""
        while True:
            await pause(self._clock, self._poll_s)
            try:
                found = {desired.owner.uid: desired for desired in self._load()}
            except FolderError as problem:
                if str(problem) != self._told:
                    self._told = str(problem)
                    self._on_problem(problem)
                continue
            self._told = ""
            for uid in self._known.keys() - found.keys():
                del self._known[uid]
                yield Gone(uid)
            for uid, desired in found.items():
                change = self._changed(uid, desired)
                if change is not None:
                    yield change

    def _changed(self, uid: str, desired: Desired) -> Present | None:
        former = self._known.get(uid)
        if former is not None:
            desired = replace(desired, generation=former.generation, created=former.created)
            if desired == former:
                return None
            desired = replace(desired, generation=former.generation + 1)
        self._known[uid] = desired
        return Present(desired)

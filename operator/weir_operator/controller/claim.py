"""Who owns a connector's name, when several resources ask for it."""

from __future__ import annotations

from collections.abc import Mapping

from weir_operator.controller.entry import Entry
from weir_operator.plan.model import Key


class Claims:
    """Every connector that a resource asks for or is placed at, with those who claim it."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries
        self._claimants: dict[Key, set[str]] = {}
        self._keys: dict[str, set[Key]] = {}

    def update(self, entry: Entry) -> set[str]:
        """Note what an entry claims now; give the uids that this may concern."""
        uid = entry.uid
        wanted = {entry.desired.key} if entry.desired.key.url else set()
        if entry.memory.placement is not None:
            wanted.add(entry.memory.placement.key)
        if entry.desired.deleting and not entry.memory.finalizer:
            wanted = set()
        before = self._keys.get(uid, set())
        if wanted == before:
            return set()
        return self._change(uid, before, wanted)

    def remove(self, uid: str) -> set[str]:
        """Forget a resource; give the uids that this may concern."""
        return self._change(uid, self._keys.get(uid, set()), set())

    def _change(self, uid: str, before: set[Key], wanted: set[Key]) -> set[str]:
        concerned: set[str] = set()
        for key in before - wanted:
            self._claimants[key].discard(uid)
        for key in wanted - before:
            self._claimants.setdefault(key, set()).add(uid)
        for key in before ^ wanted:
            concerned |= self._claimants[key]
            if not self._claimants[key]:
                del self._claimants[key]
        if wanted:
            self._keys[uid] = wanted
        else:
            self._keys.pop(uid, None)
        return concerned - {uid}

    def holder(self, entry: Entry) -> Entry | None:
        """Give another entry that owns the name this one asks for.

        Who is placed there holds it until it left; else the first by creation, ties by uid.
        """
        key = entry.desired.key
        claimants = [self._entries[uid] for uid in self._claimants.get(key, ())]
        if len(claimants) < 2:
            return None
        first = min(claimants, key=lambda other: _rank(other, key))
        return None if first is entry else first


def _rank(entry: Entry, key: Key) -> tuple[bool, float, str]:
    placement = entry.memory.placement
    is_there = placement is not None and placement.key == key
    return (not is_there, entry.desired.created, entry.uid)

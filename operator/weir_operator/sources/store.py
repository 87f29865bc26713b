"""Which objects of an API server are known, and which news of them is new.

Events are hints: they come late, twice, out of order, or not at all. A list is
the truth of one moment. This store takes both and tells what follows.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_REMEMBERED = 10_000  # uids of deleted objects


@dataclass(frozen=True, slots=True)
class Sighting:
    """One object as a list of metadata shows it."""

    namespace: str
    name: str
    uid: str
    version: int


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a list of everything says of the store: objects to read, objects that are gone."""

    stale: tuple[Sighting, ...]
    gone: tuple[str, ...]


class Store:
    """The newest known object of each uid."""

    def __init__(self) -> None:
        self._objects: dict[str, Mapping[str, Any]] = {}
        # A uid never returns, so a late event or an old list cannot bring one back.
        self._deleted: OrderedDict[str, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._objects)

    def __contains__(self, uid: str) -> bool:
        return uid in self._objects

    def get(self, uid: str) -> Mapping[str, Any] | None:
        """Give the newest object of ``uid``."""
        return self._objects.get(uid)

    def uids(self) -> tuple[str, ...]:
        """Give the uids of all known objects."""
        return tuple(self._objects)

    def put(self, obj: Mapping[str, Any]) -> bool:
        """Take an object; tell whether it is news."""
        seen = sighting(obj)
        if seen.uid in self._deleted:
            return False
        known = self._objects.get(seen.uid)
        if known is not None and sighting(known).version >= seen.version:
            return False
        self._objects[seen.uid] = obj
        return True

    def remove(self, uid: str) -> bool:
        """Forget a deleted object for good; tell whether it was known."""
        self._deleted[uid] = None
        self._deleted.move_to_end(uid)
        while len(self._deleted) > _REMEMBERED:
            self._deleted.popitem(last=False)
        return self._objects.pop(uid, None) is not None

    def sweep(
        self, listed: Iterable[Sighting], version: int, namespace: str | None = None
    ) -> Sweep:
        """Compare with a whole list that was true at ``version``.

        With ``namespace``, only what is known of that namespace is compared.
        An object the list lacks is gone, unless it was seen at a later version.
        """
        present = {seen.uid: seen for seen in listed}
        known = {uid: sighting(obj) for uid, obj in self._objects.items()}
        stale = tuple(
            seen
            for uid, seen in present.items()
            if uid not in self._deleted and (uid not in known or known[uid].version < seen.version)
        )
        gone = tuple(
            uid
            for uid, seen in known.items()
            if uid not in present
            and seen.version <= version
            and namespace in (None, seen.namespace)
        )
        return Sweep(stale=stale, gone=gone)


def sighting(obj: Mapping[str, Any]) -> Sighting:
    """Give the identity and version of an object."""
    metadata = obj["metadata"]
    return Sighting(
        namespace=str(metadata.get("namespace", "")),
        name=str(metadata["name"]),
        uid=str(metadata["uid"]),
        version=as_version(metadata.get("resourceVersion")),
    )


def as_version(text: Any) -> int:
    """Give a resource version as the number that the server counts by."""
    try:
        return int(text)
    except (TypeError, ValueError):
        return 0

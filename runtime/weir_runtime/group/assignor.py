"""Share work among members: balanced, with as little moved as possible.

Pure and deterministic: equal inputs give equal results on every machine. Connectors and tasks are
balanced apart. What a member has to give up is revoked in one round and handed out in the next,
when its owner has said that it stopped.

Source: KIP-415, IncrementalCooperativeAssignor; without its delay, which waits for a member that
left to come back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeVar

from weir_runtime.group.part import NONE, Parts

P = TypeVar("P", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Change:
    """What one member gets and gives up in this round."""

    added: Parts = NONE
    revoked: Parts = NONE


def assign(members: Mapping[str, Parts], configured: Parts) -> dict[str, Change]:
    """Return the changes of one round.

    Args:
        members: what each member says that it owns, by member id.
        configured: everything that is to run.
    """
    connectors = _share(
        {member: parts.connectors for member, parts in members.items()},
        configured.connectors,
        spread=lambda connector: connector,
        load=Counter(),
    )
    # where tasks are even, the member with fewer connectors takes one more
    load = Counter({m: len(members[m].connectors & configured.connectors) for m in members})
    load.update({member: len(share.added) for member, share in connectors.items()})
    tasks = _share(
        {member: parts.tasks for member, parts in members.items()},
        configured.tasks,
        spread=lambda task: task.connector,
        load=load,
    )
    return {
        member: Change(
            added=Parts.of(connectors[member].added, tasks[member].added),
            revoked=Parts.of(connectors[member].revoked, tasks[member].revoked),
        )
        for member in sorted(members)
    }


@dataclass(frozen=True, slots=True)
class _Share:
    added: Collection[Any]
    revoked: Collection[Any]


def _share(
    owned: Mapping[str, frozenset[P]],
    wanted: frozenset[P],
    *,
    spread: Callable[[P], Any],
    load: Mapping[str, int],
) -> dict[str, _Share]:
    owners = Counter(chain.from_iterable(owned.values()))
    # two members that both say they own a part must both stop it
    claimed = {part for part, count in owners.items() if count > 1}
    kept = {member: (parts & wanted) - claimed for member, parts in owned.items()}
    quotas = _quotas(kept, len(wanted), load)
    revoked = {
        member: (parts - kept[member]) | _excess(kept[member], quotas[member], spread)
        for member, parts in owned.items()
    }
    free = sorted(wanted - owners.keys())  # type: ignore[type-var]
    rest = {member: kept[member] - revoked[member] for member in owned}
    added = _hand_out(free, rest, quotas, spread)
    return {member: _Share(added[member], revoked[member]) for member in owned}


def _quotas(
    kept: Mapping[str, frozenset[P]], total: int, load: Mapping[str, int]
) -> dict[str, int]:
    """Return how many parts each member may have; they add up to `total`."""
    low, more = divmod(total, len(kept) or 1)
    # members that have most keep one more, so that nothing moves where it need not
    order = sorted(kept, key=lambda member: (-len(kept[member]), load.get(member, 0), member))
    return {member: low + (place < more) for place, member in enumerate(order)}


def _excess(kept: frozenset[P], quota: int, spread: Callable[[P], Any]) -> frozenset[P]:
    """Choose what goes beyond a quota, first from connectors with most tasks here."""
    surplus = len(kept) - quota
    if surplus <= 0:
        return frozenset()
    ranks: Counter[Any] = Counter()
    ranked: list[tuple[int, P]] = []
    for part in sorted(kept):  # type: ignore[type-var]
        ranks[spread(part)] += 1
        ranked.append((ranks[spread(part)], part))
    ranked.sort(reverse=True)
    return frozenset(part for _, part in ranked[:surplus])


def _hand_out(
    free: Sequence[P],
    rest: Mapping[str, frozenset[P]],
    quotas: Mapping[str, int],
    spread: Callable[[P], Any],
) -> dict[str, set[P]]:
    """Give each part to the member with fewest of its kind, then fewest at all."""
    added: dict[str, set[P]] = {member: set() for member in rest}
    sizes = {member: len(parts) for member, parts in rest.items()}
    kinds = {member: Counter(map(spread, parts)) for member, parts in rest.items()}
    for part in free:
        kind = spread(part)
        open_members = [member for member in sorted(rest) if sizes[member] < quotas[member]]
        chosen = min(open_members, key=lambda member: (kinds[member][kind], sizes[member], member))
        added[chosen].add(part)
        sizes[chosen] += 1
        kinds[chosen][kind] += 1
    return added

"""What the leader of a group does in a round: read the members, share the work, write it down.

Source: WorkerCoordinator.onLeaderElected, IncrementalCooperativeAssignor.performTaskAssignment.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from weir_runtime.api.errors import DataError
from weir_runtime.group import assignor, wire
from weir_runtime.group.part import Parts
from weir_runtime.model.cluster import ClusterConfig

logger = logging.getLogger(__name__)


def assignments(
    members: Sequence[tuple[str, bytes]], config: ClusterConfig, *, leader_id: str, version: int
) -> dict[str, bytes]:
    """Return the SyncGroup assignment of every member.

    A leader that has read less of the config topic than a member gives nothing out: it must read
    on first, and all join again.
    """
    known = _read(members)
    leader_url = known[leader_id].url if leader_id in known else ""
    newest = max((metadata.offset for metadata in known.values()), default=config.offset)
    if config.offset < newest:
        behind = wire.Assignment(version, leader_id, leader_url, newest, error=wire.CONFIG_MISMATCH)
        return {member: wire.encode_assignment(behind) for member, _ in members}
    changes = _changes(known, config, incremental=version > 0)
    return {
        member: wire.encode_assignment(
            wire.Assignment(
                version=version,
                leader_id=leader_id,
                leader_url=leader_url,
                offset=config.offset,
                parts=change.added,
                revoked=change.revoked,
            )
        )
        for member, change in (
            (member, changes.get(member, assignor.Change())) for member, _ in members
        )
    }


def _read(members: Sequence[tuple[str, bytes]]) -> dict[str, wire.Metadata]:
    known = {}
    for member, data in members:
        try:
            known[member] = wire.decode_metadata(data)
        except DataError as error:
            # one broken member must not stop the others: it stays in the group without work
            logger.error("Member %s gets no work: its metadata cannot be read: %s", member, error)  # noqa: TRY400
    return known


def _changes(
    known: Mapping[str, wire.Metadata], config: ClusterConfig, *, incremental: bool
) -> dict[str, assignor.Change]:
    owned = {
        member: metadata.assignment.parts if incremental and metadata.assignment else Parts()
        for member, metadata in known.items()
    }
    return assignor.assign(owned, Parts.configured(config))

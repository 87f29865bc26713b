"""Group calls to the coordinator: `ports.GroupChannel` on aiokafka's request classes.

aiokafka's own coordinator is not used: it sends a JoinGroup per protocol, and is bound to the
consumer's schema.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aiokafka.protocol.group import (
    HeartbeatRequest,
    JoinGroupRequest,
    LeaveGroupRequest,
    SyncGroupRequest,
)

from weir_runtime.api.errors import RetriableError
from weir_runtime.kafka.control.connection import Connection
from weir_runtime.kafka.control.error import (
    COORDINATOR_LOADING,
    COORDINATOR_NOT_AVAILABLE,
    NOT_COORDINATOR,
)
from weir_runtime.kafka.control.settings import ClientSettings
from weir_runtime.kafka.ports import JoinRequest, JoinResponse

LOG = logging.getLogger(__name__)

_MOVED = frozenset({COORDINATOR_LOADING, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR})
# the broker answers a join at the latest when the rebalance time is over
_GRACE_S = 5.0


class CoordinatorChannel:
    """The calls of one member of one group.

    Owns its connections. Calls are made one after another by one task; a call that is cancelled
    closes the connection to the coordinator, so that the next one is not held up behind it.

    Attributes:
        call_timeout_s: how long heartbeat and leave wait for an answer, and every call for the
            coordinator to be found.
    """

    def __init__(
        self,
        settings: ClientSettings,
        *,
        rebalance_timeout_s: float = 60.0,
        call_timeout_s: float = 5.0,
    ) -> None:
        longest_ms = int((rebalance_timeout_s + 2 * _GRACE_S) * 1000)
        # the client's own limit applies to the connection: it must not cut a join off
        self._connection = Connection(
            replace(settings, request_timeout_ms=max(settings.request_timeout_ms, longest_ms))
        )
        self._rebalance_timeout_s = rebalance_timeout_s
        self._call_timeout_s = call_timeout_s
        self._node: int | None = None

    async def start(self) -> None:
        """Reach the cluster; the coordinator is looked for with the first call."""
        await self._connection.start()

    async def close(self) -> None:
        """Close the connections without leaving the group."""
        await self._connection.close()

    async def join(self, request: JoinRequest) -> JoinResponse:
        """Join with all protocols in one request."""
        answer = await self._call(
            request.group_id,
            JoinGroupRequest(
                request.group_id,
                request.session_timeout_ms,
                request.rebalance_timeout_ms,
                request.member_id,
                None,
                request.protocol_type,
                list(request.protocols),
            ),
            what=f"Joining group {request.group_id}",
            timeout_s=request.rebalance_timeout_ms / 1000 + _GRACE_S,
        )
        return JoinResponse(
            error=answer.error_code,
            generation=answer.generation_id,
            protocol=answer.group_protocol or "",
            leader_id=answer.leader_id or "",
            member_id=answer.member_id or "",
            members=tuple((member[0], member[-1]) for member in answer.members),
        )

    async def sync(
        self, group_id: str, generation: int, member_id: str, assignments: Mapping[str, bytes]
    ) -> tuple[int, bytes]:
        """Hand in assignments (leader) or ask for the own one."""
        answer = await self._call(
            group_id,
            SyncGroupRequest(group_id, generation, member_id, None, list(assignments.items())),
            what=f"Syncing group {group_id}",
            timeout_s=self._rebalance_timeout_s + _GRACE_S,
        )
        return answer.error_code, answer.member_assignment or b""

    async def heartbeat(self, group_id: str, generation: int, member_id: str) -> int:
        """Send a heartbeat and return the error."""
        answer = await self._call(
            group_id,
            HeartbeatRequest(group_id, generation, member_id),
            what=f"Sending a heartbeat to group {group_id}",
            timeout_s=self._call_timeout_s,
        )
        error: int = answer.error_code
        return error

    async def leave(self, group_id: str, member_id: str) -> int:
        """Leave and return the error."""
        answer = await self._call(
            group_id,
            LeaveGroupRequest(group_id, member_id),
            what=f"Leaving group {group_id}",
            timeout_s=self._call_timeout_s,
        )
        error: int = answer.error_code
        return error

    async def _call(self, group: str, request: Any, *, what: str, timeout_s: float) -> Any:
        """Send to the coordinator; one that moves or loads is asked again, a lost one is an error.

        After a lost connection nobody knows whether the broker has acted: the member decides.
        """
        deadline = asyncio.get_running_loop().time() + self._call_timeout_s
        while True:
            node = self._node = await self._find(group, deadline)
            try:
                answer = await self._connection.send_coordinator(
                    request, what=what, node=node, timeout_s=timeout_s
                )
            except RetriableError:
                self._node = None
                raise
            if answer.error_code not in _MOVED:
                return answer
            self._node = None
            if asyncio.get_running_loop().time() >= deadline:
                return answer
            await asyncio.sleep(self._connection.settings.retry_backoff_ms / 1000)

    async def _find(self, group: str, deadline: float) -> int:
        if self._node is not None:
            return self._node
        left = max(deadline - asyncio.get_running_loop().time(), 0.0)
        try:
            async with asyncio.timeout(left + 0.001):
                node = await self._connection.retry(
                    lambda: self._connection.coordinator(group), left
                )
        except TimeoutError as error:
            raise RetriableError(f"The coordinator of group {group} was not found") from error
        LOG.info("Group %s is coordinated by broker %s", group, node)
        return node

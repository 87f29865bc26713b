"""Results into KafkaConnector objects: status, finalizer, events."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Literal

from weir_operator.controller.ports import OwnerChangedError, OwnerGoneError, ReportError
from weir_operator.kube.error import KubeConflictError, KubeError, KubeNotFoundError
from weir_operator.kube.event import EventApi
from weir_operator.kube.resource import ConnectorApi, Ref
from weir_operator.plan.model import Owner
from weir_operator.resources.connector import FINALIZER
from weir_operator.sources.custom_resource import CustomResources

_WRITES = 8  # at once, so that an outage of Connect does not flood the API server
_EVENTS_WAITING = 200


class ObjectReport:
    """Write results to the API server; each call is bounded by the client's time limit.

    What the server answers goes back to ``source``, so that what was just
    written is known before its event arrives.
    """

    def __init__(self, api: ConnectorApi, events: EventApi, source: CustomResources) -> None:
        self._api = api
        self._events = events
        self._source = source
        self._writes = asyncio.Semaphore(_WRITES)
        self._event_slots = asyncio.Semaphore(2)
        self._events_waiting = 0

    async def status(self, owner: Owner, status: Mapping[str, Any]) -> None:
        """Make ``status`` the whole status; an equal one is not written."""
        if self._source.status_of(owner.uid) == status:
            return
        async with self._writing():
            self._take(await self._api.replace_status(_ref(owner), dict(status)))

    async def add_finalizer(self, owner: Owner) -> None:
        """Set our finalizer on exactly the resource of this uid."""
        async with self._writing():
            current = await self._api.set_finalizer(_ref(owner), FINALIZER, present=True)
            self._take(current)
        if current["metadata"].get("deletionTimestamp"):
            raise OwnerGoneError(f"{owner} is being deleted")

    async def remove_finalizer(self, owner: Owner) -> None:
        """Take our finalizer off; a resource that is gone is a success."""
        try:
            async with self._writing():
                self._take(await self._api.set_finalizer(_ref(owner), FINALIZER, present=False))
        except OwnerGoneError:
            return

    async def event(
        self, owner: Owner, *, kind: Literal["Normal", "Warning"], reason: str, message: str
    ) -> None:
        """Tell people of a transition; dropped while too many others wait."""
        if self._events_waiting >= _EVENTS_WAITING:
            return
        self._events_waiting += 1
        try:
            async with self._event_slots:
                await self._events.emit(
                    _ref(owner), reason=reason, message=message, warning=kind == "Warning"
                )
        finally:
            self._events_waiting -= 1

    def _take(self, obj: Mapping[str, Any]) -> None:
        # The last finalizer's removal answers with the object as it was at its end.
        metadata = obj["metadata"]
        ended = metadata.get("deletionTimestamp") and not metadata.get("finalizers")
        self._source.hint("DELETED" if ended else "MODIFIED", obj)

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[None]:
        try:
            async with self._writes:
                yield
        except KubeNotFoundError as error:
            raise OwnerGoneError(str(error)) from error
        except KubeConflictError as error:
            raise OwnerChangedError(str(error)) from error
        except KubeError as error:
            raise ReportError(str(error)) from error


def _ref(owner: Owner) -> Ref:
    return Ref(owner.namespace, owner.name, owner.uid)

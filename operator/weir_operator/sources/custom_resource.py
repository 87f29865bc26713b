"""Desires out of KafkaConnector objects on an API server."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from weir_operator.controller.ports import Change, Gone, Present
from weir_operator.kube.error import KubeError, KubeNotFoundError
from weir_operator.kube.resource import ConnectorApi
from weir_operator.plan.model import Desired
from weir_operator.sources import desired
from weir_operator.sources.credential import CredentialResolver
from weir_operator.sources.store import Sighting, Store, Sweep, as_version, sighting

_log = logging.getLogger(__name__)

_WHOLE_LIST_FROM = 50  # stale objects: then one list costs less than single reads


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the source looks for itself, in seconds.

    ``pulse_s``: how many objects are there, and have their Secrets changed;
    ``sweep_s``: the version of each; ``settle_s``: how long a sweep waits for
    the rest of a burst of news that asks for it.
    """

    pulse_s: float = 10.0
    sweep_s: float = 300.0
    settle_s: float = 0.5


class CustomResources:
    """The source of desires that follows an API server.

    Lists are the truth, and events only make it quick. One list at the start is
    the barrier; events may be lost, so the number of objects is compared every
    few seconds and the version of each every few minutes. ``run`` does that and
    has to run beside ``changes``. All methods belong to one event loop.
    """

    def __init__(
        self,
        api: ConnectorApi,
        credentials: CredentialResolver,
        *,
        namespaces: Sequence[str] = (),
        pace: Pace | None = None,
        time: Callable[[], float] = monotonic,
    ) -> None:
        self._api = api
        self._credentials = credentials
        self._scopes: tuple[str | None, ...] = tuple(namespaces) or (None,)
        self._pace = pace or Pace()
        self._time = time
        self._store = Store()
        self._sent: dict[str, Desired] = {}
        self._waiting: set[str] = set()
        self._dirty: dict[str, None] = {}
        self._news = asyncio.Event()
        self._sweep_wanted = asyncio.Event()
        self._sweep_asked_at = 0.0
        self._listed = asyncio.Event()
        self._last_pulse = time()
        self._reachable = True

    @property
    def size(self) -> int:
        """How many objects are known."""
        return len(self._store)

    @property
    def silence_s(self) -> float:
        """Seconds since the API server last gave an answer to a look of ours."""
        return self._time() - self._last_pulse

    async def list(self) -> Sequence[Desired]:
        """Read every object; nothing may be acted on before this returns.

        Raises:
            KubeError: the list cannot be had.
        """
        for scope in self._scopes:
            await self._read_all(scope)
        self._dirty.clear()
        found = [await self._desire(uid) for uid in self._store.uids()]
        self._last_pulse = self._time()
        self._listed.set()
        return [one for one in found if one is not None]

    async def changes(self) -> AsyncIterator[Change]:
        """Yield what changed, newest only, for ever."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._dirty:
                uid = next(iter(self._dirty))
                del self._dirty[uid]
                change = await self._change(uid)
                if change is not None:
                    yield change

    def hint(self, kind: str | None, obj: Mapping[str, Any]) -> None:
        """Take an event of a watch. ``kind`` None tells of a list after a cut watch."""
        uid = sighting(obj).uid
        if kind == "DELETED":
            self._remove(uid)
            return
        if kind is None:
            self.watch_restarted()
        self._put(obj)

    def watch_restarted(self) -> None:
        """Compare with a list soon: events may have been lost."""
        self._sweep_asked_at = self._time()
        self._sweep_wanted.set()

    def status_of(self, uid: str) -> Mapping[str, Any]:
        """Give the status of an object as last seen; empty if there is none."""
        obj = self._store.get(uid)
        return (obj.get("status") if obj else None) or {}

    async def run(self) -> None:
        """Compare with the API server now and then, from the first list on, until cancelled."""
        await self._listed.wait()
        swept = self._time()
        while True:
            asked = await self._wait_asked()
            try:
                lost = await self._counts_differ()
                if asked or lost or self._time() - swept >= self._pace.sweep_s:
                    await self._sweep()
                    swept = self._time()
                self._answered()
            except KubeError as error:
                self._unanswered(error)
                # The next look compares the versions too: the watch was cut as well.
                swept = -self._pace.sweep_s
            self._look_at_secrets()

    async def _wait_asked(self) -> bool:
        try:
            async with asyncio.timeout(self._pace.pulse_s):
                await self._sweep_wanted.wait()
        except TimeoutError:
            return False
        # More events put the moment off.
        while self._time() - self._sweep_asked_at < self._pace.settle_s:  # noqa: ASYNC110
            await asyncio.sleep(self._pace.settle_s)
        self._sweep_wanted.clear()
        return True

    def _answered(self) -> None:
        self._last_pulse = self._time()
        if not self._reachable:
            self._reachable = True
            _log.info("KafkaConnectors can be listed again")

    def _unanswered(self, error: KubeError) -> None:
        if self._reachable:
            self._reachable = False
            _log.warning("KafkaConnectors cannot be listed: %s", error)

    async def _counts_differ(self) -> bool:
        count = 0
        for scope in self._scopes:
            async for page in self._api.pages(scope, metadata_only=True, limit=1):
                count += len(page.items) + page.remaining
                break
        return count != len(self._store)

    async def _sweep(self) -> None:
        for scope in self._scopes:
            sweep = await self._compare(scope)
            for uid in sweep.gone:
                self._remove(uid)
            if len(sweep.stale) >= _WHOLE_LIST_FROM:
                await self._read_all(scope)
                continue
            for seen in sweep.stale:
                await self._read_one(seen.namespace, seen.name)

    async def _compare(self, scope: str | None) -> Sweep:
        listed: list[Sighting] = []
        version = 0
        async for page in self._api.pages(scope, metadata_only=True):
            listed.extend(sighting(item) for item in page.items)
            version = as_version(page.resource_version)
        return self._store.sweep(listed, version, scope)

    async def _read_all(self, scope: str | None) -> None:
        async for page in self._api.pages(scope):
            for obj in page.items:
                self._put(obj)

    async def _read_one(self, namespace: str, name: str) -> None:
        # Gone since the list: the next look finds that out.
        with contextlib.suppress(KubeNotFoundError):
            self._put(await self._api.get(namespace, name))

    def _put(self, obj: Mapping[str, Any]) -> None:
        if self._store.put(obj):
            self._mark(sighting(obj).uid)

    def _remove(self, uid: str) -> None:
        if self._store.remove(uid):
            self._mark(uid)

    def _mark(self, uid: str) -> None:
        self._dirty[uid] = None
        self._news.set()

    def _look_at_secrets(self) -> None:
        for uid in self._waiting:
            self._mark(uid)
        for uid, sent in self._sent.items():
            target = sent.target
            if sent.refusal or (target and (target.ca_pem or target.username)):
                self._mark(uid)

    async def _change(self, uid: str) -> Change | None:
        before = self._sent.get(uid)
        if uid not in self._store:
            self._waiting.discard(uid)
            self._sent.pop(uid, None)
            return Gone(uid) if before else None
        now = await self._desire(uid)
        if now is None or _same(before, now):
            return None
        return Present(now)

    async def _desire(self, uid: str) -> Desired | None:
        obj = self._store.get(uid)
        if obj is None:
            return None
        try:
            made = await desired.of_object(obj, self._credentials.resolve)
        except KubeError as error:
            if uid not in self._waiting:
                self._waiting.add(uid)
                _log.warning("%s/%s waits for its Secret: %s", *_name(obj), error)
            return None
        self._waiting.discard(uid)
        self._sent[uid] = made
        return made


def _same(before: Desired | None, now: Desired) -> bool:
    # Equality leaves out what is written by us; the owner's version has to arrive still.
    return (
        before is not None
        and before == now
        and before.owner.resource_version == now.owner.resource_version
    )


def _name(obj: Mapping[str, Any]) -> tuple[str, str]:
    seen = sighting(obj)
    return seen.namespace, seen.name

"""The source and the report of custom resources, on a real API server."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from weir_operator.controller.ports import Change, Gone, OwnerGoneError, Present
from weir_operator.kube import client
from weir_operator.kube.event import EventApi
from weir_operator.kube.resource import ConnectorApi
from weir_operator.kube.secret import SecretApi
from weir_operator.plan.model import Desired
from weir_operator.resources.connector import FINALIZER
from weir_operator.resources.reason import Reason
from weir_operator.sources.credential import CredentialResolver
from weir_operator.sources.custom_resource import CustomResources, Pace
from weir_operator.sources.report import ObjectReport

pytestmark = [pytest.mark.apiserver, pytest.mark.anyio]
URL = "http://connect.example:8083"


@dataclass
class Side:
    """One operator's view of the API server, without a watch."""

    source: CustomResources
    report: ObjectReport
    seen: "asyncio.Queue[Change]"

    async def next(self) -> Change:
        async with asyncio.timeout(10):
            return await self.seen.get()

    async def quiet(self) -> bool:
        await asyncio.sleep(0.5)
        return self.seen.empty()


@asynccontextmanager
async def follow(namespace: str, pace: Pace | None = None) -> AsyncIterator[Side]:
    async with client.connect() as connection:
        api = ConnectorApi(connection)
        resolver = CredentialResolver(
            SecretApi(connection), asyncio.get_running_loop().time, ttl_s=0.2
        )
        source = CustomResources(
            api, resolver, namespaces=[namespace], pace=pace or Pace(pulse_s=0.2, settle_s=0.05)
        )
        side = Side(source, ObjectReport(api, EventApi(connection), source), asyncio.Queue())

        async def drain() -> None:
            async for change in source.changes():
                side.seen.put_nowait(change)

        for one in await source.list():
            side.seen.put_nowait(Present(one))
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(source.run()), group.create_task(drain())]
            yield side
            for task in tasks:
                task.cancel()


@pytest.fixture(autouse=True)
def credentials(api_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(api_server.kubeconfig))


def desired(change: Change) -> Desired:
    assert isinstance(change, Present)
    return change.desired


async def test_creation_change_and_deletion_are_found_without_any_event(connectors: Any) -> None:
    async with follow(connectors.namespace, Pace(pulse_s=0.2, sweep_s=0.5, settle_s=0.05)) as side:
        assert await side.quiet()
        connectors.create("one", url=URL, tasksMax=2)
        first = desired(await side.next())
        assert (first.connector, first.tasks_max, first.generation) == ("one", 2, 1)
        connectors.patch("one", {"tasksMax": 3})
        assert desired(await side.next()).tasks_max == 3
        connectors.delete("one")
        assert await side.next() == Gone(first.owner.uid)
        assert side.source.size == 0
        assert await side.quiet()


async def test_an_object_made_anew_is_one_gone_and_another_one(connectors: Any) -> None:
    connectors.create("one", url=URL)
    async with follow(connectors.namespace, Pace(pulse_s=60, settle_s=0.05)) as side:
        first = desired(await side.next())
        connectors.delete("one")
        connectors.create("one", url=URL)
        side.source.watch_restarted()
        changes = [await side.next(), await side.next()]
        assert Gone(first.owner.uid) in changes
        (second,) = [desired(change) for change in changes if isinstance(change, Present)]
        assert second.owner.uid != first.owner.uid


async def test_a_list_of_many_pages_is_whole(connectors: Any) -> None:
    manifests = [
        connectors.manifest(f"c-{n}", **{"class": "X", "external": {"url": URL}}) for n in range(60)
    ]
    connectors.server.apply(*manifests, namespace=connectors.namespace)
    async with client.connect() as connection:
        pages = [p async for p in ConnectorApi(connection).pages(connectors.namespace, limit=25)]
        assert [len(page.items) for page in pages] == [25, 25, 10]
        assert [page.remaining for page in pages] == [35, 10, 0]
        assert len({page.resource_version for page in pages}) == 1


async def test_many_changes_are_read_in_one_list(connectors: Any) -> None:
    async with follow(connectors.namespace, Pace(pulse_s=0.2, settle_s=0.05)) as side:
        manifests = [
            connectors.manifest(f"c-{n}", **{"class": "X", "external": {"url": URL}})
            for n in range(80)
        ]
        connectors.server.apply(*manifests, namespace=connectors.namespace)
        names: set[str] = set()
        while len(names) < 80:
            names.add(desired(await side.next()).connector)


async def test_a_status_is_written_whole_and_an_equal_one_not_at_all(connectors: Any) -> None:
    connectors.create("one", url=URL)
    async with follow(connectors.namespace) as side:
        owner = desired(await side.next()).owner
        await side.report.status(
            owner, {"tasksSummary": "0/1", "placement": {"url": "u", "name": "n"}}
        )
        await side.report.status(owner, {"tasksSummary": "1/1"})
        obj = connectors.get("one")
        assert obj["status"] == {"tasksSummary": "1/1"}
        await side.report.status(owner, {"tasksSummary": "1/1"})
        after = connectors.get("one")
        assert after["metadata"]["resourceVersion"] == obj["metadata"]["resourceVersion"]
        assert after["metadata"]["generation"] == 1


async def test_a_status_never_reaches_another_object_of_the_same_name(connectors: Any) -> None:
    connectors.create("one", url=URL)
    async with follow(connectors.namespace, Pace(pulse_s=60)) as side:
        owner = desired(await side.next()).owner
        connectors.delete("one")
        connectors.create("one", url=URL)
        with pytest.raises(OwnerGoneError):
            await side.report.status(owner, {"tasksSummary": "1/1"})
        with pytest.raises(OwnerGoneError):
            await side.report.add_finalizer(owner)
        await side.report.remove_finalizer(owner)
        obj = connectors.get("one")
        assert "status" not in obj
        assert "finalizers" not in obj["metadata"]
        connectors.delete("one")
        with pytest.raises(OwnerGoneError):
            await side.report.status(owner, {"tasksSummary": "1/1"})


async def test_our_finalizer_comes_and_goes_beside_those_of_others(connectors: Any) -> None:
    connectors.create("one", url=URL)
    patch = '{"metadata": {"finalizers": ["example.test/other"]}}'
    connectors.kubectl("patch", "kctr", "one", "--type=merge", "-p", patch)
    async with follow(connectors.namespace) as side:
        owner = desired(await side.next()).owner
        # A version from long ago does not matter: what is there is read anew.
        stale = replace(owner, resource_version="1")
        await side.report.add_finalizer(stale)
        await side.report.add_finalizer(stale)
        assert connectors.get("one")["metadata"]["finalizers"] == ["example.test/other", FINALIZER]
        await side.report.remove_finalizer(stale)
        assert connectors.get("one")["metadata"]["finalizers"] == ["example.test/other"]
        connectors.delete("one", wait=False)
        with pytest.raises(OwnerGoneError):
            await side.report.add_finalizer(stale)


async def test_the_last_finalizer_ends_the_object(connectors: Any) -> None:
    connectors.create("one", url=URL)
    async with follow(connectors.namespace, Pace(pulse_s=60)) as side:
        owner = desired(await side.next()).owner
        await side.report.add_finalizer(owner)
        connectors.delete("one", wait=False)
        assert connectors.exists("one")
        await side.report.remove_finalizer(owner)
        assert not connectors.exists("one")
        while isinstance(change := await side.next(), Present):
            pass
        assert change == Gone(owner.uid)
        await side.report.remove_finalizer(owner)


async def test_events_tell_of_the_object_and_never_fail(connectors: Any) -> None:
    connectors.create("one", url=URL)
    async with follow(connectors.namespace) as side:
        owner = desired(await side.next()).owner
        await side.report.event(owner, kind="Warning", reason="TaskFailed", message="x" * 5000)
        assert connectors.events("one") == ["TaskFailed"]
        assert "TaskFailed" in connectors.kubectl("describe", "kctr", "one")
        nowhere = replace(owner, namespace="no-such-namespace")
        await side.report.event(nowhere, kind="Normal", reason="Created", message="lost")


async def test_secrets_are_read_and_their_change_is_a_change(connectors: Any) -> None:
    external = {"auth": {"basic": {"secretRef": {"name": "login"}}}}
    connectors.create("one", url=URL, external=external)
    async with follow(connectors.namespace) as side:
        refusal = desired(await side.next()).refusal
        assert refusal is not None
        assert refusal.reason is Reason.SECRET_NOT_FOUND
        assert refusal.message == f"Secret {connectors.namespace}/login does not exist"
        login(connectors, "first")
        target = desired(await side.next()).target
        assert target is not None
        assert (target.username, target.password) == ("me", "first")
        login(connectors, "second")
        target = desired(await side.next()).target
        assert target is not None
        assert target.password == "second"
        assert "second" not in repr(target)


def login(connectors: Any, password: str) -> None:
    encoded = base64.b64encode(password.encode() + b"\n").decode()
    data = {"username": base64.b64encode(b"me").decode(), "password": encoded}
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "login"}, "data": data}
    connectors.server.apply(json.loads(json.dumps(secret)), namespace=connectors.namespace)

"""Hints and lists become changes; only the newest of each object."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from weir_operator.client.target import ClusterTarget
from weir_operator.controller.ports import Change, Gone, Present
from weir_operator.kube.error import KubeUnavailableError
from weir_operator.kube.resource import Page
from weir_operator.plan.model import Desired
from weir_operator.resources.connector import KafkaConnector
from weir_operator.sources.custom_resource import CustomResources

pytestmark = pytest.mark.anyio


def obj(name: str, version: int, *, uid: str = "", tasks: int = 1, **status: Any) -> dict[str, Any]:
    return {
        "apiVersion": "weir.dev/v1alpha1",
        "kind": "KafkaConnector",
        "metadata": {
            "name": name,
            "namespace": "shop",
            "uid": uid or f"uid-{name}",
            "resourceVersion": str(version),
            "generation": 1,
            "creationTimestamp": "2026-01-01T00:00:00Z",
        },
        "spec": {"class": "X", "tasksMax": tasks, "external": {"url": "http://connect:8083"}},
        "status": status,
    }


class Api:
    def __init__(self, *objects: dict[str, Any]) -> None:
        self.objects = objects

    async def pages(self, _namespace: str | None, **_: Any) -> AsyncIterator[Page]:
        for one in self.objects:
            yield Page([one], "100", 0)


class Resolver:
    down = False

    async def resolve(self, resource: KafkaConnector) -> ClusterTarget:
        if self.down:
            raise KubeUnavailableError("down")
        assert resource.spec.external is not None
        return ClusterTarget(resource.spec.external.url)


def source(*objects: dict[str, Any]) -> tuple[CustomResources, Resolver]:
    resolver: Any = Resolver()
    api: Any = Api(*objects)
    return CustomResources(api, resolver), resolver


async def taken(made: CustomResources, count: int) -> list[Change]:
    changes = made.changes()
    async with asyncio.timeout(1):
        return [await anext(changes) for _ in range(count)]


async def nothing(made: CustomResources) -> bool:
    try:
        async with asyncio.timeout(0.02):
            await anext(made.changes())
    except TimeoutError:
        return True
    return False


def desired(change: Change) -> Desired:
    assert isinstance(change, Present)
    return change.desired


async def test_the_first_list_holds_every_page() -> None:
    made, _ = source(obj("a", 1), obj("b", 2))
    assert [one.connector for one in await made.list()] == ["a", "b"]
    assert made.size == 2
    assert await nothing(made), "what was listed is no change"


async def test_what_a_hint_knew_before_the_list_is_in_the_list() -> None:
    made, _ = source(obj("a", 1))
    made.hint("ADDED", obj("late", 200))
    assert {one.connector for one in await made.list()} == {"a", "late"}


async def test_many_hints_of_one_object_are_its_newest() -> None:
    made, _ = source(obj("a", 1))
    await made.list()
    for version in (5, 9, 7):
        made.hint("MODIFIED", obj("a", version, tasks=version))
    (change,) = await taken(made, 1)
    assert desired(change).tasks_max == 9
    assert await nothing(made)


async def test_an_old_hint_and_one_seen_twice_are_no_change() -> None:
    made, _ = source(obj("a", 5))
    await made.list()
    made.hint(None, obj("a", 5))
    made.hint("MODIFIED", obj("a", 4))
    assert await nothing(made)


async def test_a_deletion_is_gone_once_and_for_all() -> None:
    made, _ = source(obj("a", 5))
    await made.list()
    made.hint("DELETED", obj("a", 6))
    made.hint("DELETED", obj("a", 6))
    made.hint("MODIFIED", obj("a", 7))
    assert await taken(made, 1) == [Gone("uid-a")]
    assert await nothing(made)


async def test_an_object_deleted_and_made_anew_is_two_changes() -> None:
    made, _ = source(obj("a", 5))
    await made.list()
    made.hint("ADDED", obj("a", 8, uid="another"))
    made.hint("DELETED", obj("a", 7))
    changes = await taken(made, 2)
    assert desired(changes[0]).owner.uid == "another"
    assert changes[1] == Gone("uid-a")


async def test_our_own_status_is_known_from_the_answer_to_its_write() -> None:
    made, _ = source(obj("a", 5))
    await made.list()
    assert made.status_of("uid-a") == {}
    made.hint("MODIFIED", obj("a", 6, tasksSummary="1/1"))
    assert made.status_of("uid-a") == {"tasksSummary": "1/1"}
    assert made.status_of("nobody") == {}


async def test_an_object_whose_secret_cannot_be_read_yet_comes_later() -> None:
    made, resolver = source(obj("a", 5))
    resolver.down = True
    assert await made.list() == []
    resolver.down = False
    made.hint("MODIFIED", obj("a", 6))
    (change,) = await taken(made, 1)
    assert desired(change).connector == "a"

"""What is sent to the API server, and what its conflicts mean."""

from collections.abc import Callable
from typing import Any

import pytest

from weir_operator.kube import error
from weir_operator.kube.resource import ConnectorApi, Ref
from weir_operator.kube.secret import SecretApi, SecretValueError

pytestmark = pytest.mark.anyio
REF = Ref("shop", "orders", "uid-1")
OURS = "weir.dev/connector"


class Server:
    """Answer each request by a function, and keep what was asked."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str, dict[str, Any]]] = []

    async def request(self, method: str, path: str, **parts: Any) -> Any:
        self.asked.append((method, path, parts))
        found = self.answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return found


def obj(uid: str = "uid-1", *finalizers: str, **metadata: Any) -> dict[str, Any]:
    known = {"uid": uid, "resourceVersion": "7", "finalizers": list(finalizers)}
    return {"metadata": known | metadata}


def api(*answers: Any) -> tuple[ConnectorApi, Server]:
    server: Any = Server(*answers)
    return ConnectorApi(server), server


async def test_pages_follow_their_token_in_one_namespace_or_in_all() -> None:
    first = {"items": [{"n": 1}], "metadata": {"continue": "t", "resourceVersion": "9"}}
    last = {"items": [{"n": 2}], "metadata": {"resourceVersion": "9"}}
    made, server = api(first, last, last)
    assert [page.items async for page in made.pages("shop")] == [[{"n": 1}], [{"n": 2}]]
    assert [page.items async for page in made.pages(None)] == [[{"n": 2}]]
    assert [path for _, path, _ in server.asked] == [
        "/apis/weir.dev/v1alpha1/namespaces/shop/kafkaconnectors",
        "/apis/weir.dev/v1alpha1/namespaces/shop/kafkaconnectors",
        "/apis/weir.dev/v1alpha1/kafkaconnectors",
    ]
    assert server.asked[1][2]["query"]["continue"] == "t"


async def test_a_status_is_written_only_to_the_object_of_that_uid() -> None:
    made, server = api(obj())
    await made.replace_status(REF, {"a": 1})
    ((method, path, parts),) = server.asked
    assert (method, path.rsplit("/", 2)[1:]) == ("PATCH", ["orders", "status"])
    assert parts["body"] == [
        {"op": "test", "path": "/metadata/uid", "value": "uid-1"},
        {"op": "add", "path": "/status", "value": {"a": 1}},
    ]


@pytest.mark.parametrize(
    ("found", "kind"),
    [(obj("uid-2"), error.KubeNotFoundError), (obj("uid-1"), error.KubeInvalidError)],
)
async def test_a_failed_test_of_the_uid_means_another_object(
    found: dict[str, Any], kind: type[Exception]
) -> None:
    made, _ = api(error.KubeInvalidError("the test failed"), found)
    with pytest.raises(kind):
        await made.replace_status(REF, {})


async def test_a_finalizer_is_added_to_the_version_that_was_read() -> None:
    made, server = api(obj("uid-1", "other"), obj())
    await made.set_finalizer(REF, OURS, present=True)
    assert server.asked[1][2]["body"] == [
        {"op": "test", "path": "/metadata/uid", "value": "uid-1"},
        {"op": "test", "path": "/metadata/resourceVersion", "value": "7"},
        {"op": "add", "path": "/metadata/finalizers", "value": ["other", OURS]},
    ]


async def test_the_last_finalizer_goes_with_its_list() -> None:
    made, server = api(obj("uid-1", OURS), obj())
    await made.set_finalizer(REF, OURS, present=False)
    assert server.asked[1][2]["body"][-1] == {"op": "remove", "path": "/metadata/finalizers"}


@pytest.mark.parametrize(
    ("found", "present"),
    [
        (obj("uid-1", OURS), True),
        (obj("uid-1"), False),
        (obj("uid-1", deletionTimestamp="2026-01-01T00:00:00Z"), True),
    ],
)
async def test_nothing_is_written_where_nothing_can_or_has_to_change(
    found: dict[str, Any], present: bool
) -> None:
    made, server = api(found)
    assert await made.set_finalizer(REF, OURS, present=present) == found
    assert [method for method, _, _ in server.asked] == ["GET"]


@pytest.mark.parametrize("failure", [error.KubeConflictError, error.KubeInvalidError])
async def test_a_change_by_others_is_read_and_tried_again(failure: type[Exception]) -> None:
    made, server = api(obj(), failure("changed"), obj(resourceVersion="8"), obj("uid-1", OURS))
    await made.set_finalizer(REF, OURS, present=True)
    assert server.asked[3][2]["body"][1]["value"] == "8"


async def test_changes_by_others_without_end_are_a_conflict() -> None:
    made, _ = api(*(answer for _ in range(4) for answer in (obj(), error.KubeConflictError("x"))))
    with pytest.raises(error.KubeConflictError):
        await made.set_finalizer(REF, OURS, present=True)


async def test_an_object_made_anew_is_not_touched() -> None:
    made, server = api(obj("uid-2"))
    with pytest.raises(error.KubeNotFoundError):
        await made.set_finalizer(REF, OURS, present=True)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda: error.KubeNotFoundError("x"), "does not exist"),
        (lambda: error.KubeForbiddenError("x"), "needs the verb get on secrets"),
        (lambda: {"data": {"other": ""}}, "has no key password; its keys: other"),
        (lambda: {}, "its keys: none"),
        (lambda: {"data": {"password": "%%%"}}, "no readable value of password"),
    ],
)
async def test_a_value_that_cannot_be_had_is_told(answer: Callable[[], Any], words: str) -> None:
    server: Any = Server(answer())
    with pytest.raises(SecretValueError, match=words):
        await SecretApi(server).values("shop", "login", ("password",))

"""Answers of the API server, as our own errors."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from weir_operator.kube import error
from weir_operator.kube.client import KubeClient

pytestmark = pytest.mark.anyio


class Api:
    """The part of the official client that is called; ``answer`` is what comes back."""

    class configuration:  # noqa: N801 - an attribute of the original
        host = "https://kube.example"

    def __init__(self, answer: Callable[[], Any]) -> None:
        self.answer = answer
        self.sent: list[dict[str, Any]] = []

    async def param_serialize(self, **parts: Any) -> tuple[Any, ...]:
        self.sent.append(parts)
        return ()

    async def call_api(self, **_: Any) -> Any:
        found = self.answer()
        if isinstance(found, Exception):
            raise found
        if found is None:
            await asyncio.sleep(10)
        return found


class Answer:
    def __init__(self, status: int, text: str) -> None:
        self.status, self.text = status, text

    async def read(self) -> bytes:
        return self.text.encode()


async def ask(answer: Any, **parts: Any) -> dict[str, Any]:
    api: Any = Api(lambda: answer)
    return await KubeClient(api, timeout_s=0.05).request("GET", "/x", **parts)


def refusal(status: int, reason: str = "Because") -> Answer:
    return Answer(status, json.dumps({"kind": "Status", "message": "no", "reason": reason}))


async def test_an_object_is_given() -> None:
    assert await ask(Answer(200, '{"a": 1}')) == {"a": 1}
    assert await ask(Answer(200, "")) == {}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, error.KubeInvalidError),
        (401, error.KubeForbiddenError),
        (403, error.KubeForbiddenError),
        (404, error.KubeNotFoundError),
        (409, error.KubeConflictError),
        (410, error.KubeExpiredError),
        (418, error.KubeError),
        (422, error.KubeInvalidError),
        (429, error.KubeUnavailableError),
        (500, error.KubeUnavailableError),
        (503, error.KubeUnavailableError),
    ],
)
async def test_each_status_has_its_error(status: int, kind: type[error.KubeError]) -> None:
    with pytest.raises(kind) as raised:
        await ask(refusal(status))
    assert type(raised.value) is kind
    assert (raised.value.status, raised.value.reason, str(raised.value)) == (
        status,
        "Because",
        "no",
    )


@pytest.mark.parametrize("text", ["<html>bad gateway</html>", "[1]", "\udcff", ""])
async def test_an_answer_of_something_else_is_still_an_error_of_ours(text: str) -> None:
    with pytest.raises(error.KubeUnavailableError):
        await ask(Answer(502, text.encode("utf-8", "replace").decode()))


async def test_no_answer_is_told_with_the_address_and_the_time() -> None:
    with pytest.raises(
        error.KubeUnavailableError, match=r"kube\.example did not answer in 0\.05 s"
    ):
        await ask(None)


@pytest.mark.parametrize("cause", [aiohttp.ClientError("x"), ConnectionRefusedError("x")])
async def test_a_broken_connection_is_told_with_its_cause(cause: Exception) -> None:
    with pytest.raises(error.KubeUnavailableError, match="cannot be reached: x"):
        await ask(cause)


def test_only_what_may_pass_is_retriable() -> None:
    assert error.KubeUnavailableError.retriable
    assert error.KubeConflictError.retriable
    assert not error.KubeForbiddenError.retriable
    assert not error.KubeNotFoundError.retriable

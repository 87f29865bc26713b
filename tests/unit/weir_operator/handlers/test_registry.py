"""Handlers hand over, and Kopf is left its watch and nothing else."""

from collections.abc import Mapping
from typing import Any

import kopf
import pytest

from weir_operator.handlers import registry
from weir_operator.handlers.port import Login

pytestmark = pytest.mark.anyio
LOGIN = Login("https://k", "/ca", False, "token", None, None, None, None, None)


class Port:
    def __init__(self) -> None:
        self.told: list[Any] = []

    def hint(self, kind: str | None, obj: Mapping[str, Any]) -> None:
        self.told.append((kind, obj))

    def watching(self) -> None:
        self.told.append("watching")

    def health(self) -> Mapping[str, str]:
        return {"listed": "true"}

    async def login(self) -> Login:
        return LOGIN


async def test_an_event_is_passed_on_as_it_came() -> None:
    port = Port()
    await registry.Handlers(port).event({"type": "ADDED", "object": {"a": 1}}, name="x")
    await registry.Handlers(port).event({"type": None, "object": {}})
    assert port.told == [("ADDED", {"a": 1}), (None, {})]


async def test_each_start_of_the_watch_asks_for_a_look() -> None:
    port, settings = Port(), kopf.OperatorSettings()
    await registry.Handlers(port).startup(settings, memo=None)
    assert port.told == ["watching"]
    assert settings.scanning.disabled
    assert settings.peering.standalone
    assert not settings.posting.enabled
    assert settings.queueing.worker_limit is None, "a limit would cap the rate of events"


async def test_every_call_of_kopf_has_a_time_limit() -> None:
    settings = kopf.OperatorSettings()
    registry.configure(settings)
    for limit in (
        settings.networking.request_timeout,
        settings.networking.connect_timeout,
        settings.watching.client_timeout,
        settings.watching.server_timeout,
        settings.watching.connect_timeout,
        settings.watching.inactivity_timeout,
    ):
        assert limit


async def test_credentials_are_what_the_port_gives() -> None:
    info = await registry.Handlers(Port()).login()
    assert (info.server, info.ca_path, info.token) == ("https://k", "/ca", "token")


async def test_the_probe_answers_with_health() -> None:
    assert await registry.Handlers(Port()).probe() == {"listed": "true"}


def test_there_is_no_handler_that_would_write_to_objects() -> None:
    made = registry.build(Port())
    assert len(made._watching.get_all_handlers()) == 1
    for kind in (made._changing, made._spawning, made._indexing, made._webhooks):
        assert list(kind.get_all_handlers()) == []

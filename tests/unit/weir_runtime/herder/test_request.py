from __future__ import annotations

import pytest

from weir_runtime.api.config import ConfigValue
from weir_runtime.api.errors import BadRequestError, NotFoundError, UnprocessableError
from weir_runtime.herder import request
from weir_runtime.herder.request import Write
from weir_runtime.model.cluster import ClusterConfig
from weir_runtime.model.entities import ConfigInfo, ConfigInfos
from weir_runtime.model.state import State

CONFIG = ClusterConfig(connectors={"c": {"name": "c", "a": "1"}})


def test_a_name_is_put_into_the_config_as_it_is() -> None:
    assert request.named(" c ", {"a": "1"}) == (" c ", {"a": "1", "name": " c "})


def test_another_name_in_the_config_is_refused() -> None:
    with pytest.raises(BadRequestError) as caught:
        request.named("c", {"name": "other"})
    assert str(caught.value) == (
        "Connector name configuration (other) doesn't match connector name in the URL (c)"
    )


def test_an_empty_config_is_unprocessable() -> None:
    with pytest.raises(UnprocessableError, match="config may not be empty"):
        request.named("c", {})


def test_a_patch_merges_and_null_takes_a_key_away() -> None:
    stored = {"name": "c", "a": "1", "b": "2"}
    assert request.patched("c", stored, {"a": None, "b": "3", "x": "4"}) == {
        "name": "c",
        "b": "3",
        "x": "4",
    }


@pytest.mark.parametrize("name", ["other", None])
def test_a_patch_may_not_touch_the_name(name: str | None) -> None:
    with pytest.raises(BadRequestError):
        request.patched("c", {"name": "c"}, {"name": name})


@pytest.mark.parametrize(
    ("name", "config", "states", "outcome"),
    [
        ("new", {"name": "new"}, [], Write(created=True, write=True, revive=False)),
        ("c", {"name": "c", "a": "2"}, [State.FAILED], Write(False, write=True, revive=False)),
        ("c", {"name": "c", "a": "1"}, [State.RUNNING], Write(False, write=False, revive=False)),
        (
            "c",
            {"name": "c", "a": "1"},
            [State.RUNNING, State.FAILED],
            Write(False, write=False, revive=True),
        ),
    ],
)
def test_a_put_writes_what_differs_and_revives_what_failed(
    name: str, config: dict[str, str | None], states: list[State], outcome: Write
) -> None:
    assert request.put(CONFIG, name, config, states) == outcome


def test_a_config_without_a_class_is_shown_whole() -> None:
    with pytest.raises(BadRequestError) as caught:
        request.class_of({"name": "c", "a": None})
    assert str(caught.value) == "Connector config {name=c, a=null} contains no connector type"


def test_all_errors_of_an_invalid_config_are_told_at_once() -> None:
    values = [ConfigValue("a", None, ["one", "two"]), ConfigValue("b", None, ["three"])]
    infos = ConfigInfos("C", 3, (), [ConfigInfo(None, value) for value in values])
    with pytest.raises(BadRequestError) as caught:
        request.refuse_invalid(infos)
    assert str(caught.value).splitlines() == [
        "Connector configuration is invalid and contains the following 3 error(s):",
        "one",
        "two",
        "three",
        "You can also find the above list of errors at the endpoint "
        "`/connector-plugins/{connectorType}/config/validate`",
    ]


def test_an_unknown_connector_gets_the_callers_text() -> None:
    with pytest.raises(NotFoundError, match="Unknown connector x"):
        request.known(CONFIG, "x", "Unknown connector x")

"""What the models take and refuse."""

from typing import Any

import pytest
from pydantic import ValidationError

from weir_operator.resources.connector import KafkaConnector


def obj(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "weir.dev/v1alpha1",
        "kind": "KafkaConnector",
        "metadata": {"name": "orders", "namespace": "shop", "managedFields": []},
        "spec": {"class": "FileStreamSource", **spec},
    }


def test_a_spec_with_a_class_alone_has_every_default() -> None:
    spec = KafkaConnector.model_validate(obj()).spec
    assert spec.class_ == "FileStreamSource"
    assert spec.state == "running"
    assert spec.deletion_policy == "Delete"
    assert spec.drift_policy == "Correct"
    assert spec.management_policy == "Manage"
    assert spec.adopt == "IfUnmanaged"
    assert spec.tasks_max is None
    assert spec.config == {}


def test_the_whole_shape_of_the_documentation_is_read() -> None:
    made = KafkaConnector.model_validate(
        obj(
            external={
                "url": "https://connect.example:8083",
                "tls": {"caSecretRef": {"name": "ca"}},
                "auth": {"basic": {"secretRef": {"name": "login"}}},
            },
            tasksMax=2,
            state="paused",
            config={"file": "/data/orders.txt", "rate": 1.5, "exact": True},
            autoRestart={"enabled": True, "maxRestarts": 5},
            deletionPolicy="Stop",
            driftPolicy="Warn",
        )
    )
    spec = made.spec
    assert spec.external is not None
    assert spec.external.tls is not None
    assert spec.external.tls.ca_secret_ref.key == "ca.crt"
    assert spec.external.auth is not None
    assert spec.external.auth.basic.secret_ref.username_key == "username"
    assert spec.auto_restart is not None
    assert spec.auto_restart.max_restarts == 5
    assert spec.config["exact"] is True
    assert made.connector_name == "orders"


def test_the_name_in_connect_may_differ() -> None:
    assert KafkaConnector.model_validate(obj(name="Orders of 2026")).connector_name == (
        "Orders of 2026"
    )


def test_unknown_fields_are_left_out_unless_they_are_forbidden() -> None:
    KafkaConnector.model_validate(obj(stat="paused"))
    with pytest.raises(ValidationError, match=r"spec\.stat"):
        KafkaConnector.model_validate(obj(stat="paused"), extra="forbid")


@pytest.mark.parametrize(
    "spec",
    [
        {"class": ""},
        {"tasksMax": 0},
        {"tasksMax": "2"},
        {"state": "RUNNING"},
        {"deletionPolicy": "delete"},
        {"external": {"url": "connect:8083"}},
        {"external": {"url": "ftp://connect"}},
        {"external": {}},
        {"connectRef": {"name": ""}},
        {"autoRestart": {"maxRestarts": -1}},
    ],
)
def test_wrong_values_are_refused(spec: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        KafkaConnector.model_validate(obj(**spec))

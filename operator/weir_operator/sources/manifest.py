"""A running connector as the resource that describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from weir_operator.client.view import ConnectorView
from weir_operator.resources.connector import API_VERSION, KIND, KafkaConnector
from weir_operator.resources.secret import is_secret
from weir_operator.resources.spec import RESERVED_KEYS
from weir_operator.sources import mistake
from weir_operator.sources.desired import connect_config

_STATES = {"PAUSED": "paused", "STOPPED": "stopped"}


class ManifestError(Exception):
    """A connector that no resource can describe; the text says why."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A resource as its file holds it; `kept` are the secrets that it leaves in Connect."""

    resource: Mapping[str, Any]
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """What all resources of one export share.

    `place` is the part of the spec that names the cluster. Without `secrets` they stay in
    Connect.
    """

    place: Mapping[str, Any]
    namespace: str = ""
    secrets: bool = False


def manifest(view: ConnectorView, slug: str, passwords: frozenset[str], form: Form) -> Manifest:
    """Describe a connector; `passwords` are the keys that its worker defines so.

    Raises:
        ManifestError: Its config holds what a resource cannot.
    """
    config = dict(view.config)
    kept: list[str] = []
    if not form.secrets:
        own = config.keys() - RESERVED_KEYS.keys()
        kept = sorted(key for key in own if is_secret(key, config[key], passwords))
    metadata = {"name": slug} | ({"namespace": form.namespace} if form.namespace else {})
    spec = {} if view.name == slug else {"name": view.name}
    spec |= _spec(config, kept, state_of(view))
    resource = {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "metadata": metadata,
        "spec": {**form.place, **spec},
    }
    _check(resource)
    return Manifest(resource, tuple(kept))


def state_of(view: ConnectorView) -> str:
    """Give the state that a connector was asked for, as far as its status tells.

    One that failed shows FAILED whatever it was asked for; then its tasks tell.
    """
    status = view.status
    if status is None:
        return "running"
    if status.state in _STATES:
        return _STATES[status.state]
    tasks = {task.state for task in status.tasks}
    return "paused" if status.state == "FAILED" and tasks == {"PAUSED"} else "running"


def _spec(config: dict[str, str], kept: list[str], state: str) -> dict[str, Any]:
    config.pop("name", None)
    spec: dict[str, Any] = {"class": config.pop("connector.class", "")}
    version = config.pop("connector.plugin.version", None)
    if version is not None:
        spec["version"] = version
    tasks = config.pop("tasks.max", None)
    if tasks is not None:
        spec["tasksMax"] = _count(tasks)
    if state != "running":
        spec["state"] = state
    own = {key: value for key, value in sorted(config.items()) if key not in kept}
    if own:
        spec["config"] = own
    if kept:
        spec["keepKeys"] = kept
    return spec


def _count(text: str) -> int:
    digits = text.strip()
    if not digits.isdecimal():
        msg = f"tasks.max is {text!r}, which spec.tasksMax cannot be"
        raise ManifestError(msg)
    return int(digits)


def _check(resource: Mapping[str, Any]) -> None:
    try:
        read = KafkaConnector.model_validate(resource, extra="forbid")
    except ValidationError as problem:
        sentences = "; ".join(sentence for _, sentence in mistake.mistakes(problem))
        raise ManifestError(sentences) from problem
    _, wrong = connect_config(read.connector_name, read.spec)
    if wrong:
        raise ManifestError("; ".join(wrong))

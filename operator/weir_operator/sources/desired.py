"""A KafkaConnector, from an API server or a file, turned into a desire."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from weir_operator.client.target import ClusterTarget
from weir_operator.plan.model import (
    AdoptPolicy,
    AutoRestart,
    DeletionPolicy,
    Desired,
    DriftPolicy,
    ManagementPolicy,
    Nonces,
    Owner,
    Placement,
    Refusal,
    TargetState,
)
from weir_operator.plan.text import connect_string
from weir_operator.resources.connector import FINALIZER, GROUP, KafkaConnector, Metadata
from weir_operator.resources.reason import Reason
from weir_operator.resources.spec import RESERVED_KEYS, ConnectorSpec
from weir_operator.sources import mistake

RESTART = f"{GROUP}/restart"
RESTART_FAILED = f"{GROUP}/restart-failed"
RESTART_TASK = f"{GROUP}/restart-task"
RELEASE = f"{GROUP}/release"

Resolve = Callable[[KafkaConnector], Awaitable[ClusterTarget | Refusal]]


async def of_object(obj: Mapping[str, Any], resolve: Resolve) -> Desired:
    """Turn an object as the API server gives it into a desire.

    `resolve` finds the target with its secrets; what it raises passes through. An object that
    does not fit the model, which an older definition may have let in, becomes a refusal.
    """
    try:
        resource = KafkaConnector.model_validate(obj)
    except ValidationError as problem:
        return _unreadable(obj, problem)
    return desired_of(resource, await resolve(resource))


def desired_of(resource: KafkaConnector, target: ClusterTarget | Refusal) -> Desired:
    """Turn a resource, with its target or why there is none, into a desire."""
    spec, metadata = resource.spec, resource.metadata
    config, problems = connect_config(resource.connector_name, spec)
    refusal = target if isinstance(target, Refusal) else None
    if refusal is None and problems:
        refusal = Refusal(Reason.INVALID_CONFIG, "\n".join(problems))
    restart = spec.auto_restart
    return Desired(
        **_identity(metadata, resource.status),
        target=target if isinstance(target, ClusterTarget) else None,
        connector=resource.connector_name,
        connector_class=spec.class_,
        config=config,
        keep=frozenset(spec.keep_keys) - config.keys(),
        tasks_max=spec.tasks_max,
        state=TargetState(spec.state),
        auto_restart=AutoRestart(
            enabled=restart.enabled,
            max_restarts=restart.max_restarts,
            initial_delay_s=float(restart.initial_delay_seconds),
            max_delay_s=float(restart.max_delay_seconds),
            reset_after_s=float(restart.reset_after_seconds),
        )
        if restart
        else AutoRestart(),
        deletion_policy=DeletionPolicy(spec.deletion_policy),
        drift_policy=DriftPolicy(spec.drift_policy),
        management_policy=ManagementPolicy(spec.management_policy),
        adopt=AdoptPolicy(spec.adopt),
        refusal=refusal,
    )


def connect_config(name: str, spec: ConnectorSpec) -> tuple[dict[str, str], list[str]]:
    """Give the whole config as Connect stores it, and a sentence for each key that cannot be.

    References such as `${secrets:...}` stay as they are: the worker resolves them.
    """
    config: dict[str, str] = {}
    problems: list[str] = []
    for key, value in spec.config.items():
        if key in RESERVED_KEYS:
            problems.append(f"{key}: is set by spec.{RESERVED_KEYS[key]}; leave it out of config")
            continue
        try:
            config[key] = connect_string(value)
        except ValueError as problem:
            problems.append(f"{key}: {problem}")
    problems.extend(_kept_problems(spec))
    config["name"] = name
    config["connector.class"] = spec.class_
    if spec.tasks_max is not None:
        config["tasks.max"] = str(spec.tasks_max)
    if spec.version is not None:
        config["connector.plugin.version"] = spec.version
    return config, problems


def _kept_problems(spec: ConnectorSpec) -> Iterator[str]:
    for key in spec.keep_keys:
        if key in spec.config:
            yield f"{key}: is in keepKeys too; keep one"
        elif key in RESERVED_KEYS:
            yield f"{key}: is set by spec.{RESERVED_KEYS[key]}; leave it out of keepKeys"


def _identity(metadata: Metadata, status: Mapping[str, Any]) -> dict[str, Any]:
    """Give the fields of a desire that come from metadata and status."""
    notes = metadata.annotations
    created = metadata.creation_timestamp
    return {
        "owner": Owner(
            metadata.namespace,
            metadata.name,
            metadata.uid or f"{metadata.namespace}/{metadata.name}",
            resource_version=metadata.resource_version,
        ),
        "generation": metadata.generation,
        "created": datetime.fromisoformat(created).timestamp() if created else 0.0,
        "requests": Nonces(
            restart=notes.get(RESTART),
            restart_failed=notes.get(RESTART_FAILED),
            restart_task=notes.get(RESTART_TASK),
        ),
        "handled": _handled(status),
        "placement": _placement(status),
        "deleting": metadata.deletion_timestamp is not None,
        "finalizer": FINALIZER in metadata.finalizers,
        "release": notes.get(RELEASE, "").lower() == "true",
        "status": status,
    }


def _handled(status: Mapping[str, Any]) -> Nonces:
    handled = status.get("handled") or {}
    return Nonces(
        restart=handled.get("restart"),
        restart_failed=handled.get("restartFailed"),
        restart_task=handled.get("restartTask"),
    )


def _placement(status: Mapping[str, Any]) -> Placement | None:
    placement = status.get("placement") or {}
    if not placement.get("url") or not placement.get("name"):
        return None
    return Placement(placement["url"], placement["name"])


def _unreadable(obj: Mapping[str, Any], problem: ValidationError) -> Desired:
    metadata = Metadata.model_validate(obj.get("metadata") or {})
    return Desired(
        **_identity(metadata, obj.get("status") or {}),
        target=None,
        connector=metadata.name,
        connector_class="",
        config={},
        refusal=Refusal(Reason.INVALID_SPEC, "\n".join(sentences(problem))),
    )


def sentences(problem: ValidationError) -> list[str]:
    """Give one sentence for each wrong field, beginning with its path."""
    return [sentence for _, sentence in mistake.mistakes(problem)]

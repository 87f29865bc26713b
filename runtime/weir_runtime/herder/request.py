"""What requests mean, before anything is written: pure functions with Connect's texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from weir_runtime.api.errors import BadRequestError, NotFoundError, UnprocessableError
from weir_runtime.codec import hash_order
from weir_runtime.config.connector import validation
from weir_runtime.model.cluster import ClusterConfig, ConnectorConfig
from weir_runtime.model.entities import ConfigInfos
from weir_runtime.model.state import State

NAME = "name"
CLASS = "connector.class"

Raw = Mapping[str, str | None]


def named(name: str | None, config: Raw) -> tuple[str, dict[str, str | None]]:
    """Return the name and the config with it.

    Raises:
        UnprocessableError: the config is empty.
        BadRequestError: the config carries another name.
    """
    if not config:
        raise UnprocessableError("config may not be empty")
    name = name or ""
    inner = config.get(NAME)
    if inner is not None and inner != name:
        raise BadRequestError(
            f"Connector name configuration ({inner}) doesn't match connector name in the URL "
            f"({name})"
        )
    return name, {**config, NAME: name}


def patched(connector: str, stored: ConnectorConfig, patch: Raw) -> dict[str, str | None]:
    """Return the stored config with a patch merged in; None takes a key away.

    Raises:
        BadRequestError: the patch would change or take away the name.
    """
    if NAME in patch and patch[NAME] != connector:
        raise BadRequestError(
            f"Connector name configuration ({patch[NAME]}) doesn't match connector name in the "
            f"URL ({connector})"
        )
    merged: dict[str, str | None] = {**stored, **patch}
    return {key: value for key, value in merged.items() if value is not None or key not in patch}


@dataclass(frozen=True, slots=True)
class Write:
    """What a PUT comes to."""

    created: bool
    write: bool
    revive: bool


def put(config: ClusterConfig, connector: str, wanted: Raw, states: list[State]) -> Write:
    """Decide on a PUT: create, replace, revive what failed, or do nothing.

    `states` are those of the connector and its tasks as they are shown.
    """
    stored = config.connectors.get(connector)
    if stored is None:
        return Write(created=True, write=True, revive=False)
    if dict(stored) != dict(wanted):
        return Write(created=False, write=True, revive=False)
    return Write(created=False, write=False, revive=State.FAILED in states)


def class_of(config: Raw) -> str:
    """Return the connector class that a config names.

    Raises:
        BadRequestError: it names none.
    """
    found = config.get(CLASS)
    if found is None:
        shown = ", ".join(f"{key}={_shown(config[key])}" for key in hash_order.sort(config))
        raise BadRequestError(f"Connector config {{{shown}}} contains no connector type")
    return found


def _shown(value: str | None) -> str:
    return "null" if value is None else value


def refuse_invalid(infos: ConfigInfos) -> None:
    """Raise what a create or update of an invalid config is answered with.

    Raises:
        BadRequestError: all errors, one a line.
    """
    if not infos.error_count:
        return
    raise BadRequestError(validation.errors_text(infos))


def known(config: ClusterConfig, connector: str, text: str) -> ConnectorConfig:
    """Return a connector's config.

    Raises:
        NotFoundError: there is none; `text` is the message.
    """
    found = config.connectors.get(connector)
    if found is None:
        raise NotFoundError(text)
    return found

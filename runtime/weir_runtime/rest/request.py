"""Bodies of requests: what must be in them, and a sentence for what is not right.

Source: org.apache.kafka.connect.runtime.rest.entities.CreateConnectorRequest, ConnectorOffsets.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from weir_runtime.api.errors import BadRequestError, UnprocessableError
from weir_runtime.model.entities import ConnectorOffset
from weir_runtime.model.state import TargetState
from weir_runtime.rest import document

Config = dict[str, str | None]

EMPTY_CONFIG: Final = "config may not be empty"
NO_OFFSETS: Final = "Partitions / offsets need to be provided for an alter offsets request"
NO_LEVEL: Final = "Desired 'level' parameter was not specified in request."
SHOWN: Final = 200
"""Characters of an unknown field's name that are looked at and repeated."""

BLANKS: Final = "".join(map(chr, range(0x21)))
"""What Java trims: blanks and control characters."""

_INITIAL_STATES: Final = {
    "RUNNING": TargetState.STARTED,
    "PAUSED": TargetState.PAUSED,
    "STOPPED": TargetState.STOPPED,
}


@dataclass(frozen=True, slots=True)
class CreateConnector:
    """`POST /connectors`; the config holds the name."""

    name: str
    config: Config
    initial_state: TargetState | None

    @classmethod
    def parse(cls, body: Any) -> CreateConnector:
        """Check a document.

        Raises:
            UnprocessableError: a field is unknown, missing or of the wrong type.
            BadRequestError: name and config disagree.
        """
        fields = _object(body, "body", ("name", "config", "initial_state"))
        name = fields.get("name")
        if name is not None:
            name = _text(name, "name").strip(BLANKS)
        config = config_of(fields.get("config"))
        return cls(
            name or "", named(config, name or ""), _initial_state(fields.get("initial_state"))
        )


def config_of(value: Any) -> Config:
    """Return a config as strings; numbers and booleans are taken, null values kept.

    Raises:
        UnprocessableError: nothing there, or a value is nested.
    """
    config = config_or_empty(value)
    if not config:
        raise UnprocessableError(EMPTY_CONFIG)
    return config


def config_or_empty(value: Any) -> Config:
    """Return a config as `config_of`, and an empty one as it is."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UnprocessableError(
            f"config: expected an object with a string for each key, got {document.kind(value)}"
        )
    return {key: _config_value(key, item) for key, item in value.items()}


def patch_of(value: Any) -> Config:
    """Return the changes of a PATCH; an empty object is no change."""
    if value is None:
        raise UnprocessableError(EMPTY_CONFIG)
    return config_or_empty(value)


def named(config: Config, name: str) -> Config:
    """Put the connector's name into its config.

    Raises:
        BadRequestError: another name is there.
    """
    included = config.get("name")
    if included is not None and included != name:
        raise BadRequestError(
            f"Connector name configuration ({included}) doesn't match connector name in the URL"
            f" ({name})"
        )
    config["name"] = name
    return config


def offsets_of(body: Any) -> Sequence[ConnectorOffset]:
    """Return the offsets of a PATCH; what they must hold is decided behind the surface.

    Raises:
        BadRequestError: there are none.
        UnprocessableError: they are not shaped as offsets.
    """
    listed = _object(body, "body", ("offsets",)).get("offsets")
    if not listed:
        raise BadRequestError(NO_OFFSETS)
    if not isinstance(listed, list):
        raise UnprocessableError(f"offsets: expected a list, got {document.kind(listed)}")
    return [_offset(item, f"offsets[{n}]") for n, item in enumerate(listed)]


def level_of(body: Any) -> str:
    """Return the wanted log level as it was written.

    Raises:
        BadRequestError: there is none.
    """
    if body is not None and not isinstance(body, dict):
        raise UnprocessableError(f"body: expected an object, got {document.kind(body)}")
    level = (body or {}).get("level")
    if level is None:
        raise BadRequestError(NO_LEVEL)
    return _text(level, "level")


def _offset(item: Any, place: str) -> ConnectorOffset:
    if item is None:
        raise UnprocessableError(f"{place}: expected an object, got null")
    fields = _object(item, place, ("partition", "offset"))
    for name in ("partition", "offset"):
        value = fields.get(name)
        if value is not None and not isinstance(value, dict):
            raise UnprocessableError(
                f"{place}.{name}: expected an object or null, got {document.kind(value)}"
            )
    return ConnectorOffset(
        partition=document.plain(fields.get("partition"), f"{place}.partition"),
        offset=document.plain(fields.get("offset"), f"{place}.offset"),
    )


def _object(value: Any, place: str, known: Collection[str]) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UnprocessableError(f"{place}: expected an object, got {document.kind(value)}")
    for key in value:
        if key not in known:
            shown = key[:SHOWN]
            close = difflib.get_close_matches(shown, known, n=1)
            meant = f" Did you mean {close[0]!r}?" if close else ""
            raise UnprocessableError(
                f"{place}: unknown field {shown!r}.{meant} Known fields: {', '.join(known)}"
            )
    return value


def _text(value: Any, place: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        raise UnprocessableError(f"{place}: expected a string, got {document.kind(value)}")
    return str(value)


def _config_value(key: str, value: Any) -> str | None:
    if isinstance(value, dict | list):
        raise UnprocessableError(
            f"config.{key}: expected a string, a number, a boolean or null, got"
            f" {document.kind(value)}; nested values are written as one string"
        )
    return None if value is None else _text(value, f"config.{key}")


def _initial_state(value: Any) -> TargetState | None:
    if value is None:
        return None
    state = _INITIAL_STATES.get(value.upper()) if isinstance(value, str) else None
    if state is None:
        shown = value if isinstance(value, str) else document.kind(value)
        raise UnprocessableError(
            f"initial_state: {shown!r} is not allowed; use one of {', '.join(_INITIAL_STATES)}"
        )
    return state

"""Look at the client settings of a connector before anything runs with them."""

from __future__ import annotations

from collections.abc import Mapping

from weir_runtime.api.errors import ConfigError
from weir_runtime.config.clients import layer, rule, table
from weir_runtime.config.clients.table import Kind

MAX_POLL_RECORDS = "max.poll.records"


def errors(connector_config: Mapping[str, str]) -> dict[str, str]:
    """Return, by the connector's key, what is wrong with the value of an override."""
    found = {}
    for kind in Kind:
        rules = table.rules(kind)
        for key, value in layer.overrides(kind, connector_config).items():
            sentence = _error(rules.get(key), key, value)
            if sentence is not None:
                found[f"{kind}.override.{key}"] = sentence
    return found


def _error(found: rule.Rule | None, key: str, value: str) -> str | None:
    try:
        match found:
            case rule.Converted(convert):
                convert(key, value)
            case rule.Handled() if key == MAX_POLL_RECORDS:
                rule.whole_number(key, value)
            case _:
                pass
    except ConfigError as error:
        return str(error)
    return None

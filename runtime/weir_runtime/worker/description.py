"""What a plugin says of itself, and its own check of a config."""

from __future__ import annotations

from typing import Any

from weir_runtime.api import config as configs
from weir_runtime.api.config import ConfigValue
from weir_runtime.api.connector import Connector, SinkConnector, SourceConnector
from weir_runtime.api.converter import Converter, HeaderConverter
from weir_runtime.observe.redaction import SECRETS
from weir_runtime.worker import loading, secrecy
from weir_runtime.worker.connector_host import task_class_name
from weir_runtime.worker.protocol import Describe, Description, Validate

_TYPES: tuple[tuple[type, str], ...] = (
    (SourceConnector, "source"),
    (SinkConnector, "sink"),
    (Converter, "converter"),
    (HeaderConverter, "header_converter"),
)


def describe(message: Describe) -> Description:
    """Import a plugin and return its definitions.

    Raises:
        ConnectError: it cannot be imported.
    """
    kind: Any = loading.load(message.plugin, object)
    is_connector = issubclass(kind, Connector)
    return Description(
        class_name=message.plugin.class_name,
        type=next((name for base, name in _TYPES if issubclass(kind, base)), ""),
        version=str(getattr(kind, "version", "") or message.plugin.version),
        keys=list(configs.config_keys(kind.config_class)),
        task_class=task_class_name(kind) if is_connector else "",
        exactly_once=_exactly_once(kind) if issubclass(kind, SourceConnector) else "",
    )


def _exactly_once(kind: type[SourceConnector[Any]]) -> str:
    supported = kind().exactly_once_support({})
    if supported is None:
        return ""
    return "SUPPORTED" if supported else "UNSUPPORTED"


def validate(message: Validate) -> list[ConfigValue]:
    """Evaluate a plugin's own keys, then a connector's own check over all of them.

    Raises:
        ConnectError: the plugin cannot be imported.
        Exception: whatever the connector's check raises.
    """
    kind: Any = loading.load(message.plugin, object)
    model = kind.config_class
    secrecy.learn_typed(message.config.get("name", ""), model, message.config)
    values = configs.evaluate(configs.config_keys(model), message.config, model)
    if not issubclass(kind, Connector):
        return values
    by_name = {value.name: value for value in values}
    for key, errors in kind().validate(message.config).items():
        found = by_name.get(key)
        if found is None:
            found = by_name[key] = ConfigValue(key, message.config.get(key), [])
            values.append(found)
        found.errors.extend(SECRETS.clean(error) for error in errors)
    return values

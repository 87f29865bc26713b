"""Tells this process which texts of a config are secrets, before they can turn up anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weir_runtime.api import config as configs
from weir_runtime.api.definition import Kind
from weir_runtime.observe.redaction import SECRETS
from weir_runtime.worker import protocol
from weir_runtime.worker.protocol import ToChild


def learn(message: ToChild) -> None:
    """Learn what looks like a secret in the configs of a message."""
    match message:
        case protocol.StartTask():
            clients = (message.producer, message.consumer)
            converters = (message.key_converter, message.value_converter, message.header_converter)
            given = (message.config, message.connector_config, *clients)
            for config in (*given, *(each.config for each in converters)):
                SECRETS.learn_config(message.connector, config)
        case protocol.StartConnector():
            SECRETS.learn_config(message.connector, message.config)
        case protocol.Validate() | protocol.AlterOffsets():
            SECRETS.learn_config(message.config.get("name", ""), message.config)


def learn_typed(owner: str, kind: Any, config: Mapping[str, str | None]) -> None:
    """Learn the values of a config that its model declares as passwords."""
    keys = configs.config_keys(kind)
    SECRETS.learn_config(owner, config, [key.name for key in keys if key.kind == Kind.PASSWORD])

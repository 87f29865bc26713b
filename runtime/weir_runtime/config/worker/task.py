"""What tasks are run with: converters, commits, topics, overrides."""

from __future__ import annotations

from typing import Annotated

from weir_runtime.api.config import Config, Opt
from weir_runtime.api.validator import Check, printable

SIMPLE_HEADER = "org.apache.kafka.connect.storage.SimpleHeaderConverter"

_Plugin = Annotated[str, Check(printable)]


class TaskConfig(Config):
    """Keys that are the defaults and limits of connectors and their tasks."""

    key_converter: _Plugin = Opt(
        doc="Class or alias of the converter of keys; `key.converter.<x>` are its own keys.",
        kind="string",
    )
    value_converter: _Plugin = Opt(
        doc="Class or alias of the converter of values; `value.converter.<x>` are its own keys."
    )
    header_converter: _Plugin = Opt(
        SIMPLE_HEADER,
        doc="Class or alias of the converter of headers; `header.converter.<x>` are its own keys.",
    )
    key_converter_plugin_version: str | None = Opt(None, doc="Wanted version of key.converter.")
    value_converter_plugin_version: str | None = Opt(None, doc="Wanted version of value.converter.")
    header_converter_plugin_version: str | None = Opt(
        None, doc="Wanted version of header.converter."
    )
    task_shutdown_graceful_timeout_ms: int = Opt(
        5000, doc="Time that all tasks together have to stop, in ms.", kind="long", ge=0
    )
    offset_flush_interval_ms: int = Opt(
        60000, doc="Time between commits of offsets, in ms.", kind="long", ge=1
    )
    offset_flush_timeout_ms: int = Opt(
        5000, doc="Longest time that one commit may take, in ms.", kind="long", ge=0
    )
    topic_creation_enable: bool = Opt(True, doc="Whether source connectors may have topics made.")
    topic_tracking_enable: bool = Opt(True, doc="Whether the topics that are used are recorded.")
    topic_tracking_allow_reset: bool = Opt(True, doc="Whether requests may forget used topics.")
    connector_client_config_override_policy: _Plugin = Opt(
        "Allowlist",
        doc="What connectors may override of client settings: Allowlist, All, Principal or None. "
        "Unless set, Allowlist with tuning keys.",
    )
    connector_client_config_override_allowlist: list[str] = Opt(
        [],
        doc="Client keys that the policy Allowlist lets through; unless set, tuning keys.",
    )

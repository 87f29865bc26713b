"""The framework's keys of source and sink connectors, in Connect's order.

Source: org.apache.kafka.connect.runtime.ConnectorConfig, SourceConnectorConfig,
SinkConnectorConfig.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from weir_runtime.api.config import Config, ConfigKey, Opt, config_keys
from weir_runtime.api.validator import (
    Check,
    Distinct,
    OneOf,
    aliases,
    non_empty,
    printable,
)
from weir_runtime.api.value import invalid

COMMON = "Common"
TRANSFORMS = "Transforms"
PREDICATES = "Predicates"
ERRORS = "Error Handling"
TOPIC_CREATION = "Topic Creation"
EXACTLY_ONCE = "Exactly Once Support"
OFFSETS = "offsets.topic"

COMMON_GROUPS = (COMMON, TRANSFORMS, PREDICATES, ERRORS)
SOURCE_GROUPS = (*COMMON_GROUPS, TOPIC_CREATION, EXACTLY_ONCE, OFFSETS)

CONVERTERS = ("key.converter", "value.converter", "header.converter")

_Name = Annotated[str, Check(printable)]


def _regex(name: str, value: Any) -> str | None:
    try:
        re.compile(value or "")
    except re.error as error:
        return invalid(name, value, f"Invalid regex: {error}")
    return None


class CommonConfig(Config):
    """Keys of every connector."""

    name: _Name = Opt(
        doc="Unique name of the connector.",
        importance="high",
        group=COMMON,
        order=1,
        width="medium",
        display_name="Connector name",
    )
    connector_class: str = Opt(
        doc="Class of the connector: its full name, its simple name, or the simple name without "
        "Connector, SourceConnector or SinkConnector where only one plugin has it.",
        importance="high",
        group=COMMON,
        order=2,
        width="long",
        display_name="Connector class",
    )
    connector_plugin_version: str | None = Opt(
        None,
        doc="Wanted version of the connector: a version, a range such as [1.0,2.0), or latest.",
        group=COMMON,
        order=3,
        width="medium",
        display_name="Connector version",
    )
    tasks_max: int = Opt(
        1,
        doc="Most tasks that the connector may run.",
        importance="high",
        ge=1,
        group=COMMON,
        order=4,
        width="short",
        display_name="Tasks max",
    )
    tasks_max_enforce: bool = Opt(
        True,
        doc="Whether a connector that makes more tasks than tasks.max fails; otherwise that is "
        "only logged.",
        importance="low",
        group=COMMON,
        order=5,
        width="short",
        display_name="Enforce tasks max",
    )
    key_converter: str | None = Opt(
        None,
        doc="Converter of keys; the worker's where it is not set.",
        kind="class",
        importance="low",
        group=COMMON,
        order=6,
        width="short",
        display_name="Key converter class",
    )
    key_converter_plugin_version: str | None = Opt(
        None,
        doc="Wanted version of the converter of keys.",
        importance="low",
        group=COMMON,
        order=7,
        width="short",
        display_name="Key converter version",
    )
    value_converter: str | None = Opt(
        None,
        doc="Converter of values; the worker's where it is not set.",
        kind="class",
        importance="low",
        group=COMMON,
        order=8,
        width="short",
        display_name="Value converter class",
    )
    value_converter_plugin_version: str | None = Opt(
        None,
        doc="Wanted version of the converter of values.",
        importance="low",
        group=COMMON,
        order=9,
        width="short",
        display_name="Value converter version",
    )
    header_converter: str | None = Opt(
        None,
        doc="Converter of headers; the worker's where it is not set.",
        kind="class",
        importance="low",
        group=COMMON,
        order=10,
        width="short",
        display_name="Header converter class",
    )
    header_converter_plugin_version: str | None = Opt(
        None,
        doc="Wanted version of the converter of headers.",
        importance="low",
        group=COMMON,
        order=11,
        width="short",
        display_name="Header converter version",
    )
    transforms: Annotated[list[str], Check(aliases)] = Opt(
        [],
        doc="Aliases of the transforms that records pass, in order.",
        importance="low",
        group=TRANSFORMS,
        order=12,
        width="long",
        display_name="Transforms",
    )
    predicates: Annotated[list[str], Check(aliases)] = Opt(
        [],
        doc="Aliases of the predicates that transforms may name.",
        importance="low",
        group=PREDICATES,
        order=13,
        width="long",
        display_name="Predicates",
    )
    config_action_reload: Annotated[str, Check(OneOf(("none", "restart")))] = Opt(
        "restart",
        doc="What to do when a referenced value has changed: restart the connector, or nothing.",
        importance="low",
        group=COMMON,
        order=14,
        width="medium",
        display_name="Reload Action",
    )
    errors_retry_timeout: int = Opt(
        0,
        doc="Longest time that a failed operation is tried again, in ms; 0 not at all, -1 without "
        "end.",
        kind="long",
        group=ERRORS,
        order=1,
        width="medium",
        display_name="Retry Timeout for Errors",
    )
    errors_retry_delay_max_ms: int = Opt(
        60000,
        doc="Longest wait between two tries, in ms.",
        kind="long",
        group=ERRORS,
        order=2,
        width="medium",
        display_name="Maximum Delay Between Retries for Errors",
    )
    errors_tolerance: Annotated[str, Check(OneOf(("none", "all")))] = Opt(
        "none",
        doc="Whether a bad record fails the task (none) or is skipped (all).",
        group=ERRORS,
        order=3,
        width="short",
        display_name="Error Tolerance",
    )
    errors_log_enable: bool = Opt(
        False,
        doc="Whether tolerated errors are logged.",
        group=ERRORS,
        order=4,
        width="short",
        display_name="Log Errors",
    )
    errors_log_include_messages: bool = Opt(
        False,
        doc="Whether the log of an error shows the record, which may be confidential.",
        group=ERRORS,
        order=5,
        width="short",
        display_name="Log Error Details",
    )


class SourceConfig(CommonConfig):
    """Keys of a source connector."""

    topic_creation_groups: Annotated[list[str], Check(aliases)] = Opt(
        [],
        doc="Names of groups of topics that are made alike; `default` is always there.",
        importance="low",
        group=TOPIC_CREATION,
        order=1,
        width="long",
        display_name="Topic Creation Groups",
    )
    exactly_once_support: Annotated[
        str, Check(OneOf(("REQUIRED", "REQUESTED"), ignore_case=True))
    ] = Opt(
        "requested",
        doc="Whether the connector must write exactly once, or does so where it can.",
        group=EXACTLY_ONCE,
        order=2,
        width="short",
        display_name="Exactly once support",
    )
    transaction_boundary: Annotated[
        str, Check(OneOf(("INTERVAL", "POLL", "CONNECTOR"), ignore_case=True))
    ] = Opt(
        "poll",
        doc="Where transactions of an exactly-once source end.",
        group=EXACTLY_ONCE,
        order=3,
        width="short",
        display_name="Transaction Boundary",
    )
    transaction_boundary_interval_ms: int | None = Opt(
        None,
        doc="Length of a transaction with the boundary interval, in ms.",
        kind="long",
        importance="low",
        ge=0,
        group=EXACTLY_ONCE,
        order=4,
        width="short",
        display_name="Transaction boundary interval",
    )
    offsets_storage_topic: Annotated[str | None, Check(non_empty)] = Opt(
        None,
        doc="Topic for this connector's offsets; the worker's where it is not set.",
        importance="low",
        group=OFFSETS,
        order=1,
        width="long",
        display_name="Offsets topic",
    )


class SinkConfig(CommonConfig):
    """Keys of a sink connector."""

    topics: Annotated[list[str], Check(Distinct())] = Opt(
        [],
        doc="Topics to read; topics.regex is the other way to say it.",
        importance="high",
        group=COMMON,
        order=4,
        width="long",
        display_name="Topics",
    )
    topics_regex: Annotated[str, Check(_regex)] = Opt(
        "",
        doc="Regular expression that whole names of topics must match to be read.",
        importance="high",
        group=COMMON,
        order=4,
        width="long",
        display_name="Topics regex",
    )
    errors_deadletterqueue_topic_name: str = Opt(
        "",
        doc="Topic that records go to which could not be handled.",
        group=ERRORS,
        order=6,
        width="medium",
        display_name="Dead Letter Queue Topic Name",
    )
    errors_deadletterqueue_topic_replication_factor: int = Opt(
        3,
        doc="Copies of the dead letter queue's topic when it is made.",
        kind="short",
        group=ERRORS,
        order=7,
        width="medium",
        display_name="Dead Letter Queue Topic Replication Factor",
    )
    errors_deadletterqueue_context_headers_enable: bool = Opt(
        False,
        doc="Whether records in the dead letter queue carry headers that tell of the error.",
        group=ERRORS,
        order=8,
        width="medium",
        display_name="Enable Error Context Headers",
    )


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the worker and the plugins say about defaults.

    Attributes:
        converters: by `key.converter`, `value.converter`, `header.converter`: class in use.
        versions: by the same keys and `connector.class`: version of what is in use.
        classes: by the same keys as `versions`: full name of the class, which texts name.
        recommended: by the same keys: classes to choose from.
    """

    converters: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    recommended: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def model(kind: str) -> type[CommonConfig]:
    """Return the model of the framework's keys: `source`, `sink`, else those of both."""
    return {"source": SourceConfig, "sink": SinkConfig}.get(kind, CommonConfig)


def groups(kind: str) -> tuple[str, ...]:
    """Return the framework's groups of a kind of connectors."""
    return SOURCE_GROUPS if kind == "source" else COMMON_GROUPS


def _version_key(name: str) -> str:
    return "connector.plugin.version" if name == "connector.class" else f"{name}.plugin.version"


def _with_defaults(key: ConfigKey, defaults: Defaults) -> ConfigKey:
    if key.name in CONVERTERS:
        return dataclasses.replace(
            key,
            default=defaults.converters.get(key.name),
            recommended=defaults.recommended.get(key.name, ()),
        )
    for name, version in defaults.versions.items():
        if key.name == _version_key(name):
            return dataclasses.replace(key, default=version, recommended=(version,))
    return key


def framework_keys(kind: str, defaults: Defaults | None = None) -> tuple[ConfigKey, ...]:
    """Return the framework's definitions of a kind of connectors.

    Without `defaults` they are as `/connector-plugins/{p}/config` shows them, where only the
    connector's own version is known; with them as `/config/validate` does.
    """
    known = defaults or Defaults()
    return tuple(_with_defaults(key, known) for key in config_keys(model(kind)))

"""A connector's whole config against the framework's keys and the connector's own.

Pure: what the connector itself says comes in with the request.

Source: org.apache.kafka.connect.runtime.AbstractHerder.validateConnectorConfig.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from weir_runtime.api import config as api
from weir_runtime.api import value as values_of
from weir_runtime.api.config import ConfigKey, ConfigValue
from weir_runtime.codec import hash_order
from weir_runtime.config import support
from weir_runtime.config.clients import check
from weir_runtime.config.connector import definition, topic_creation, version
from weir_runtime.config.connector.definition import Defaults
from weir_runtime.model.entities import ConfigInfo, ConfigInfos

NO_EXACTLY_ONCE = "This worker does not have exactly-once source support enabled."
NO_BOUNDARIES = (
    "The connector does not support connector-defined transaction boundaries with the given "
    "configuration. Please reconfigure it to use a different transaction boundary definition."
)
NULL = "Null value can not be supplied as the configuration value."

OVERRIDES = ("producer.override.", "consumer.override.", "admin.override.")

Policy = Callable[[Mapping[str, str]], Mapping[str, str]]
"""Given a connector's config: by key, the sentence that refuses an override."""


def _allow_all(_: Mapping[str, str]) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Converter:
    """A converter that the connector names itself.

    Attributes:
        prefix: `key.converter`, `value.converter` or `header.converter`.
        keys: definitions of its sub-keys; empty where it cannot be found.
        values: what it says about them.
        error: sentence about the class itself.
        class_name: full name of the class, which is shown for an alias.
    """

    prefix: str
    keys: Sequence[ConfigKey] = ()
    values: Sequence[ConfigValue] = ()
    error: str | None = None
    class_name: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be validated.

    Attributes:
        config: as the client sent it.
        kind: `source` or `sink`.
        keys: definitions of the connector's own keys.
        values: what the connector says about them, by `api.config.evaluate` and `validate`.
        defaults: converters in use, their versions, the connector's version.
        converters: those that the connector names itself.
        policy: says which client overrides are refused.
        group_id: name of the workers' group; None in a standalone worker.
    """

    config: Mapping[str, str | None]
    kind: str
    keys: Sequence[ConfigKey] = ()
    values: Sequence[ConfigValue] = ()
    defaults: Defaults = field(default_factory=Defaults)
    converters: Sequence[Converter] = ()
    policy: Policy = _allow_all
    group_id: str | None = None


class _Result:
    """Definitions and values by key, in the order in which they are shown."""

    def __init__(self) -> None:
        self._keys: dict[str, ConfigKey] = {}
        self._values: dict[str, ConfigValue] = {}

    def add(self, keys: Iterable[ConfigKey], values: Iterable[ConfigValue]) -> None:
        """Add definitions and values; the framework's own come first and stay."""
        by_name = {value.name: value for value in values}
        for key in keys:
            if key.name in self._keys:
                self.blame(key.name, *by_name.get(key.name, _none(key.name)).errors)
                continue
            self._keys[key.name] = key
            self._values[key.name] = by_name.pop(key.name, _none(key.name))
        for name, value in by_name.items():
            if name not in self._keys:
                self._values.setdefault(name, value)

    def add_undefined(self, name: str, value: str | None) -> None:
        """Add a key that nobody defines, unless it is there."""
        self._values.setdefault(name, ConfigValue(name, value, []))

    def blame(self, name: str, *errors: str) -> None:
        """Add errors to a key, each once."""
        known = self._values.setdefault(name, _none(name)).errors
        known += [error for error in errors if error not in known]

    def value(self, name: str) -> ConfigValue:
        """Return a key's value, which may be changed."""
        return self._values.setdefault(name, _none(name))

    def hide(self, name: str) -> None:
        """Hide the version of a plugin that is not known; its default is not known either."""
        value = self.value(name)
        value.visible = False
        key = self._keys.get(name)
        if key is not None and value.value == key.default:
            value.value = None
        if key is not None:
            self._keys[name] = dataclasses.replace(key, default=None)

    def has_errors(self, name: str) -> bool:
        """Tell whether a key has errors."""
        return name in self._values and bool(self._values[name].errors)

    def infos(self, name: str, groups: Sequence[str]) -> ConfigInfos:
        """Return the whole, groups of converters after the framework's."""
        found = dict.fromkeys(groups)
        found |= dict.fromkeys(key.group for key in self._keys.values() if key.group)
        # the reference shows null values that nobody defines before all else
        unknown = [key for key, value in self._values.items() if NULL in value.errors]
        first = [key for key in unknown if key not in self._keys]
        order = dict.fromkeys([*hash_order.sort(first, minimum=hash_order.GROWN), *self._values])
        configs = [ConfigInfo(self._keys.get(key), self._values[key]) for key in order]
        count = sum(len(item.value.errors) for item in configs)
        return ConfigInfos(name, count, tuple(found), configs)


def _none(name: str) -> ConfigValue:
    return ConfigValue(name, None, [])


def validate(request: Request) -> ConfigInfos:
    """Return definitions, values and errors of a connector's config.

    Framework keys come first, then the connector's own, its converters' sub-keys, overrides of
    clients, and keys that nobody defines where there is something to say about them.
    """
    config = request.config
    result = _Result()
    framework = definition.framework_keys(request.kind, request.defaults)
    model = definition.model(request.kind)
    values = api.evaluate(framework, config, model)
    for value in values:
        value.errors[:] = [error for error in value.errors if error != NULL]  # said at the end
    result.add(framework, values)
    result.add(request.keys, request.values)
    for name, text in config.items():
        if text is not None and name.startswith(OVERRIDES):
            result.add_undefined(name, _shown(name, text))
    for converter in sorted(request.converters, key=lambda item: item.prefix):
        _add_converter(result, converter)
    for name, error in _findings(request):
        result.blame(name, error)
    for name, text in config.items():
        if text is None:
            result.blame(name, NULL)
    _refuse(result, config)
    return result.infos(config.get("connector.class") or "", definition.groups(request.kind))


def _shown(name: str, value: str) -> str:
    """Return what is shown of an override, which may hold a secret."""
    is_secret = any(word in name for word in ("password", "secret", "jaas", "passphrase"))
    return values_of.HIDDEN if is_secret else value


def _add_converter(result: _Result, converter: Converter) -> None:
    prefix = f"{converter.prefix}."
    order = hash_order.sort([key.name for key in converter.keys], minimum=hash_order.GROWN)
    keys = sorted(converter.keys, key=lambda key: order.index(key.name))
    result.add(
        [dataclasses.replace(key, name=prefix + key.name) for key in keys],
        [dataclasses.replace(value, name=prefix + value.name) for value in converter.values],
    )
    shown = result.value(converter.prefix)
    if converter.class_name is not None:
        shown.value = converter.class_name
    if converter.error is not None:
        result.blame(converter.prefix, converter.error)
        shown.value = None
        result.hide(f"{converter.prefix}.plugin.version")


def _findings(request: Request) -> Iterator[tuple[str, str]]:
    """Yield what no key shows by itself: pairs of key and sentence."""
    yield from _versions(request)
    yield from _overrides(request)
    if request.kind == "sink":
        yield from _sink(request.config)
        yield from _consumer_group(request)
    if request.kind == "source":
        yield from topic_creation.errors(request.config)
        yield from _exactly_once(request.config)


def _versions(request: Request) -> Iterator[tuple[str, str]]:
    for name, available in request.defaults.versions.items():
        key = "connector.plugin.version" if name == "connector.class" else f"{name}.plugin.version"
        wanted = request.config.get(key)
        if wanted is None or name not in request.config:
            continue  # the reference asks for a version only of what the connector names
        error = version.mismatch(request.defaults.classes.get(name, name), wanted, available)
        if error is not None:
            yield key, error
            yield name, error


def _overrides(request: Request) -> Iterator[tuple[str, str]]:
    given = {name: value for name, value in request.config.items() if value is not None}
    refused = request.policy(given)
    yield from refused.items()
    for name, sentence in check.errors(given).items():
        if name not in refused:
            yield name, sentence


def _sink(config: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
    topics = values_of.split(config.get("topics") or "")
    regex = (config.get("topics.regex") or "").strip()
    dlq = (config.get("errors.deadletterqueue.topic.name") or "").strip()
    both = "topics and topics.regex are mutually exclusive options, but both are set."
    neither = "Must configure one of topics or topics.regex"
    if bool(topics) == bool(regex):
        for key in ("topics", "topics.regex"):
            yield key, both if topics else neither
    if dlq and dlq in topics:
        listed = f"[{', '.join(topics)}]"
        yield (
            "topics",
            f"The DLQ topic '{dlq}' may not be included in the list of topics "
            f"('topics={listed}') consumed by the connector",
        )
    if dlq and regex and _fully_matches(regex, dlq):
        yield (
            "topics.regex",
            f"The DLQ topic '{dlq}' may not be matched by the regex for the topics "
            f"('topics.regex={regex}') consumed by the connector",
        )


def _fully_matches(regex: str, topic: str) -> bool:
    try:
        return re.fullmatch(regex, topic) is not None
    except re.error:
        return False


def _consumer_group(request: Request) -> Iterator[tuple[str, str]]:
    if request.group_id is None:
        return
    conflict = f"conflicts with Connect worker group {request.group_id}"
    chosen = request.config.get("consumer.override.group.id")
    name = request.config.get("name")
    if chosen is not None:
        if chosen == request.group_id:
            yield "consumer.override.group.id", f"Consumer group {chosen} {conflict}"
    elif name is not None and f"connect-{name.strip()}" == request.group_id:
        yield "name", f"Consumer group for sink connector named {name.strip()} {conflict}"


def _exactly_once(config: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
    if (config.get("exactly.once.support") or "").strip().lower() == "required":
        yield "exactly.once.support", NO_EXACTLY_ONCE
    if (config.get("transaction.boundary") or "").strip().lower() == "connector":
        yield "transaction.boundary", NO_BOUNDARIES


def _refuse(result: _Result, config: Mapping[str, str | None]) -> None:
    """Refuse well-formed keys that ask for what is not there."""
    for name, value in config.items():
        refusal = None if value is None else support.connector_refusal(name, value)
        if refusal is not None and not result.has_errors(name):
            result.blame(name, refusal)


def errors_text(infos: ConfigInfos) -> str:
    """Return the message that a POST or PUT of an invalid config is answered with."""
    errors = [error for item in infos.configs for error in item.value.errors]
    lines = [
        f"Connector configuration is invalid and contains the following {infos.error_count} "
        "error(s):",
        *errors,
        "You can also find the above list of errors at the endpoint "
        "`/connector-plugins/{connectorType}/config/validate`",
    ]
    return "\n".join(lines)

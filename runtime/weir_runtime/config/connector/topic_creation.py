"""Rules by which the topics of a source connector are made.

Source: KIP-158; org.apache.kafka.connect.runtime.TopicCreationConfig, TopicCreationGroup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from weir_runtime.api import value
from weir_runtime.api.definition import Kind
from weir_runtime.api.errors import ConfigError

PREFIX = "topic.creation."
GROUPS = "topic.creation.groups"
DEFAULT = "default"

_OWN = frozenset({"include", "exclude", "partitions", "replication.factor"})


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic to be made; -1 leaves partitions or copies to the broker."""

    name: str
    partitions: int
    replication_factor: int
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """Topics that are made alike: included by one pattern and excluded by none, whole names."""

    name: str
    partitions: int
    replication_factor: int
    include: tuple[re.Pattern[str], ...]
    exclude: tuple[re.Pattern[str], ...]
    settings: Mapping[str, str]

    def matches(self, topic: str) -> bool:
        """Tell whether a topic belongs to the group."""
        if any(pattern.fullmatch(topic) for pattern in self.exclude):
            return False
        return any(pattern.fullmatch(topic) for pattern in self.include)


@dataclass(frozen=True, slots=True)
class TopicCreation:
    """The groups in the order in which they are asked; `default` is the last."""

    groups: tuple[Group, ...]

    def rule_for(self, topic: str) -> TopicSpec:
        """Return how to make a topic: by the first group that it belongs to, else the default."""
        group = next((item for item in self.groups if item.matches(topic)), self.groups[-1])
        return TopicSpec(topic, group.partitions, group.replication_factor, group.settings)


def is_used(config: Mapping[str, str | None]) -> bool:
    """Tell whether a connector has any key of topic creation."""
    return any(key.startswith(PREFIX) and config[key] is not None for key in config)


def parse(config: Mapping[str, str | None]) -> TopicCreation | None:
    """Return the rules of a connector; None where it has none, and the broker makes topics.

    Raises:
        ConfigError: with one line for each error.
    """
    found = errors(config)
    if found:
        raise ConfigError("\n".join(sentence for _, sentence in found))
    if not is_used(config):
        return None
    default = _group(DEFAULT, config, None)
    others = [_group(name, config, default) for name in _names(config)]
    return TopicCreation((*others, default))


def errors(config: Mapping[str, str | None]) -> list[tuple[str, str]]:
    """Return what is wrong with a connector's keys of topic creation: pairs of key, sentence."""
    return list(_errors(config)) if is_used(config) else []


def _names(config: Mapping[str, str | None]) -> list[str]:
    return [name for name in value.split(config.get(GROUPS) or "") if name != DEFAULT]


def _errors(config: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
    names = _names(config)
    for name in (DEFAULT, *dict.fromkeys(names)):
        yield from _group_errors(name, config)


def _group_errors(name: str, config: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
    prefix = f"{PREFIX}{name}."
    required = name == DEFAULT
    for count, kind in (("replication.factor", Kind.SHORT), ("partitions", Kind.INT)):
        key = prefix + count
        yield from ((key, error) for error in _count_errors(key, kind, config.get(key), required))
    include = f"{prefix}include"
    if name != DEFAULT and not config.get(include):
        yield include, value.missing(include)
    for key in (include, f"{prefix}exclude"):
        for pattern in value.split(config.get(key) or ""):
            try:
                re.compile(pattern)
            except re.error as error:
                yield key, value.invalid(key, pattern, f"Invalid regex: {error}")


def _count_errors(key: str, kind: Kind, text: str | None, required: bool) -> Iterator[str]:
    if text is None:
        if required:
            yield value.missing(key)
        return
    try:
        number = value.parse(key, kind, text)
    except ConfigError as error:
        yield str(error)
        return
    if number != -1 and number < 1:
        yield value.invalid(key, number, "must be positive, or -1 for the broker's default")


def _group(name: str, config: Mapping[str, str | None], default: Group | None) -> Group:
    prefix = f"{PREFIX}{name}."
    own = {key.removeprefix(prefix): text for key, text in config.items() if key.startswith(prefix)}

    def number(key: str, inherited: int) -> int:
        text = own.get(key)
        return inherited if text is None else int(text)

    def patterns(key: str, inherited: str) -> tuple[re.Pattern[str], ...]:
        text = own.get(key)
        return tuple(map(re.compile, value.split(inherited if text is None else text)))

    partitions, copies = (
        (-1, -1) if default is None else (default.partitions, default.replication_factor)
    )
    return Group(
        name=name,
        partitions=number("partitions", partitions),
        replication_factor=number("replication.factor", copies),
        include=patterns("include", ".*"),
        exclude=patterns("exclude", ""),
        settings={key: text for key, text in own.items() if key not in _OWN and text is not None},
    )

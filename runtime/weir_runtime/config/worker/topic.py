"""The three internal topics of a distributed worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from weir_runtime.api.config import Config, Opt
from weir_runtime.api.validator import Check, printable
from weir_runtime.api.value import invalid

STORES = ("config", "offset", "status")
_OURS = {"topic", "partitions", "replication.factor", "cleanup.policy"}


def positive_or_default(name: str, value: Any) -> str | None:
    """Refuse numbers other than positive ones and -1, which leaves the choice to the broker."""
    if value is None:
        return invalid(name, None, "Value must be non-null")
    if value == -1 or value > 0:
        return None
    return invalid(name, value, "must be positive, or -1 for the broker's default")


_Count = Annotated[int, Check(positive_or_default)]
_Name = Annotated[str, Check(printable)]


@dataclass(frozen=True, slots=True)
class InternalTopic:
    """How to make a topic: `partitions` and `replication` are -1 for the broker's default."""

    name: str
    partitions: int
    replication: int
    settings: Mapping[str, str]


class InternalTopicConfig(Config):
    """Keys of the internal topics; `{store}.storage.<topic key>` are settings of the topic."""

    config_storage_topic: _Name = Opt(doc="Topic of connector configs; one partition, compacted.")
    config_storage_replication_factor: _Count = Opt(
        3, doc="Copies of the config topic, or -1.", kind="short"
    )
    offset_storage_topic: _Name = Opt(doc="Topic of source offsets; compacted.")
    offset_storage_partitions: _Count = Opt(25, doc="Partitions of the offset topic, or -1.")
    offset_storage_replication_factor: _Count = Opt(
        3, doc="Copies of the offset topic, or -1.", kind="short"
    )
    status_storage_topic: _Name = Opt(doc="Topic of states; compacted.")
    status_storage_partitions: _Count = Opt(5, doc="Partitions of the status topic, or -1.")
    status_storage_replication_factor: _Count = Opt(
        3, doc="Copies of the status topic, or -1.", kind="short"
    )

    def topics(self, properties: Mapping[str, str]) -> dict[str, InternalTopic]:
        """Return the topics of config, offset and status, with extra settings of `properties`."""
        names = (self.config_storage_topic, self.offset_storage_topic, self.status_storage_topic)
        partitions = (1, self.offset_storage_partitions, self.status_storage_partitions)
        copies = (
            self.config_storage_replication_factor,
            self.offset_storage_replication_factor,
            self.status_storage_replication_factor,
        )
        return {
            store: InternalTopic(name, count, factor, settings(store, properties))
            for store, name, count, factor in zip(STORES, names, partitions, copies, strict=True)
        }

    def conflicts(self) -> list[str]:
        """Return what the keys of this concern do not agree on."""
        taken: dict[str, str] = {}
        found = []
        for store in STORES:
            key = f"{store}.storage.topic"
            name = getattr(self, f"{store}_storage_topic")
            if name in taken:
                found.append(invalid(key, name, f"is {taken[name]} already; use topics of its own"))
            taken.setdefault(name, key)
        return found


def settings(store: str, properties: Mapping[str, str]) -> dict[str, str]:
    """Return the extra topic settings of a store."""
    prefix = f"{store}.storage."
    found = {key.removeprefix(prefix): key for key in properties if key.startswith(prefix)}
    return {name: properties[key] for name, key in found.items() if name not in _OURS}


def ignored(properties: Mapping[str, str]) -> list[str]:
    """Return keys of internal topics that Connect decides itself, and so warns about."""
    keys = [f"{store}.storage.cleanup.policy" for store in STORES]
    return [key for key in [*keys, "config.storage.partitions"] if key in properties]

"""What is known of a plugin without importing it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

CLASSPATH = "classpath"
"""Location of what is installed beside the worker."""


class PluginType(StrEnum):
    """Types of plugins, in the order in which Connect lists them."""

    SINK = "sink"
    SOURCE = "source"
    TRANSFORMATION = "transformation"
    PREDICATE = "predicate"
    CONVERTER = "converter"
    HEADER_CONVERTER = "header_converter"
    CONFIG_PROVIDER = "config_provider"

    @property
    def is_connector(self) -> bool:
        """Tell whether plugins of this type are connectors."""
        return self in {PluginType.SINK, PluginType.SOURCE}


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin of one type; a class that is a converter of both kinds is two of them.

    Attributes:
        class_name: public name, as configs and REST have it.
        target: what to import, `module:attribute`.
        paths: folders to put on the import path first; none for what is installed.
        location: where it was found: `classpath`, or the folder.
    """

    type: PluginType
    class_name: str
    version: str
    target: str
    paths: tuple[str, ...] = ()
    location: str = CLASSPATH

    def __str__(self) -> str:
        return (
            f"PluginDesc{{klass=class {self.class_name}, name='{self.class_name}', "
            f"version='{self.version}', encodedVersion={self.version}, type={self.type}, "
            f"typeName='{self.type}', location='{self.location}'}}"
        )

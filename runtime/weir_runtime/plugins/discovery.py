"""Finds plugins by the metadata of distributions.

Looks at the packages beside the worker, then at each folder of `plugin.path`: at the folder
itself, if packages were installed into it, and at its sub-folders, one plugin each. Jars are
passed over.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from importlib import metadata
from pathlib import Path

from weir_runtime import KAFKA_VERSION
from weir_runtime.plugins.plugin import CLASSPATH, Plugin, PluginType

log = logging.getLogger(__name__)

GROUPS = {
    "weir.sinks": PluginType.SINK,
    "weir.sources": PluginType.SOURCE,
    "weir.transforms": PluginType.TRANSFORMATION,
    "weir.predicates": PluginType.PREDICATE,
    "weir.converters": PluginType.CONVERTER,
    "weir.header_converters": PluginType.HEADER_CONVERTER,
    "weir.config_providers": PluginType.CONFIG_PROVIDER,
}
"""Groups of entry points by name."""

_TARGET = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*\Z")


def discover(folders: Sequence[Path] = ()) -> list[Plugin]:
    """Return the plugins that are installed and those in the folders of `plugin.path`."""
    found = list(_plugins(metadata.distributions(), (), CLASSPATH))
    for folder in folders:
        found += _folder(folder.absolute())
    return found


def _folder(folder: Path) -> Iterator[Plugin]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        log.warning("plugin.path: %s cannot be read: %s", folder, error.strerror)
        return
    places = [folder, *(entry for entry in entries if _is_place(entry))]
    for place in places:
        packages = metadata.distributions(path=[str(place)])
        yield from _plugins(packages, (str(place),), str(place))


def _is_place(entry: Path) -> bool:
    return entry.is_dir() and entry.suffix not in {".dist-info", ".egg-info"}


def _plugins(
    packages: Iterable[metadata.Distribution], paths: tuple[str, ...], location: str
) -> Iterator[Plugin]:
    for package in packages:
        try:
            points = [point for point in package.entry_points if point.group in GROUPS]
        except (OSError, ValueError) as error:
            log.warning("a package in %s has unreadable entry points: %s", location, error)
            continue
        for point in points:
            if _TARGET.match(point.value) is None:
                log.warning(
                    "plugin %s of %s has no target module:attribute, but %s",
                    point.name,
                    package.name,
                    point.value,
                )
                continue
            yield Plugin(
                type=GROUPS[point.group],
                class_name=point.name,
                version=_version(point.name, package),
                target=point.value,
                paths=paths,
                location=location,
            )


def _version(class_name: str, package: metadata.Distribution) -> str:
    """Return the version to report: of what stands in for Apache's plugins, Kafka's."""
    if class_name.startswith("org.apache.kafka."):
        return KAFKA_VERSION
    return package.version

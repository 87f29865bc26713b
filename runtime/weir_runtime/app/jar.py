"""Jars of `plugin.path`: how many there are, and which classes of Connect they hold.

No Java is needed: a jar is a zip whose service manifests name its plugins (KIP-898), and whose
file names tell the connectors of older ones. Everything is bounded: jars are other people's files.
"""

from __future__ import annotations

import lzma
import os
import struct
import time
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

DEPTH = 3
MOST_JARS = 5000
_MANIFEST_BYTES = 65_536
_DIRECTORY_BYTES = 33_554_432

_SERVICES = "META-INF/services/"
_KINDS = {
    "org.apache.kafka.connect.sink.SinkConnector": "sink",
    "org.apache.kafka.connect.source.SourceConnector": "source",
    "org.apache.kafka.connect.storage.Converter": "converter",
    "org.apache.kafka.connect.storage.HeaderConverter": "header converter",
    "org.apache.kafka.connect.transforms.Transformation": "transformation",
    "org.apache.kafka.connect.transforms.predicates.Predicate": "predicate",
    "org.apache.kafka.common.config.provider.ConfigProvider": "config provider",
    "org.apache.kafka.connect.rest.ConnectRestExtension": "REST extension",
    "org.apache.kafka.connect.connector.policy.ConnectorClientConfigOverridePolicy": (
        "override policy"
    ),
}
_SUFFIXES = {"SourceConnector.class": "source", "SinkConnector.class": "sink"}
_MARKS = (b"META-INF/services/org.apache.kafka.", b"SourceConnector.class", b"SinkConnector.class")

_UNREADABLE = (
    OSError, ValueError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error, lzma.LZMAError,
)  # fmt: skip

_END = struct.Struct("<4s4H2LH")
_END_MARK = b"PK\x05\x06"
_COMMENT_BYTES = 65_535


@dataclass(frozen=True, slots=True)
class JavaPlugin:
    """A class of Java, what it is (source, sink, converter ...), and the jar that holds it."""

    class_name: str
    kind: str
    jar: str


@dataclass(frozen=True, slots=True)
class Jars:
    """What was found; not `complete` where time or a bound ended the search."""

    count: int = 0
    plugins: tuple[JavaPlugin, ...] = ()
    complete: bool = True

    @property
    def connectors(self) -> tuple[JavaPlugin, ...]:
        """Return the sources and sinks."""
        return tuple(item for item in self.plugins if item.kind in ("source", "sink"))

    def find(self, name: str) -> JavaPlugin | None:
        """Return the plugin that goes by a class name, or by its last part."""
        exact = (item for item in self.plugins if item.class_name == name)
        short = (item for item in self.plugins if item.class_name.endswith(f".{name}"))
        return next(exact, None) or next(short, None)


def look(folders: Sequence[Path], *, budget_s: float) -> Jars:
    """Return what the jars of some folders hold; stops when the time is over."""
    deadline = time.monotonic() + budget_s
    count = 0
    found: dict[str, JavaPlugin] = {}
    for path in _jars(folders, deadline):
        if count >= MOST_JARS:
            deadline = 0
            break
        count += 1
        found |= {item.class_name: item for item in _plugins(path)}
    plugins = tuple(sorted(found.values(), key=lambda item: item.class_name))
    return Jars(count, plugins, complete=time.monotonic() <= deadline)


def _jars(folders: Sequence[Path], deadline: float) -> Iterator[Path]:
    for folder in folders:
        if folder.suffix == ".jar" and folder.is_file():
            yield folder
        root = str(folder)
        # links are followed, as Java follows them; the depth ends circles
        for place, below, names in os.walk(root, followlinks=True):
            if place[len(root) :].count(os.sep) >= DEPTH:
                below.clear()
            below.sort()
            for name in sorted(names):
                if time.monotonic() > deadline:
                    return
                if name.endswith(".jar"):
                    yield Path(place, name)


def _plugins(path: Path) -> list[JavaPlugin]:
    try:
        with path.open("rb") as file:
            # most jars are only dependencies: their list of names is searched, not parsed
            if not any(mark in _directory(file) for mark in _MARKS):
                return []
            with zipfile.ZipFile(file) as archive:
                return list(_read(archive, path.name))
    except _UNREADABLE:
        return []


def _directory(file: BinaryIO) -> bytes:
    """Return the names that a zip ends with, unparsed; nothing where there is no zip."""
    size = file.seek(0, os.SEEK_END)
    tail = min(size, _END.size + _COMMENT_BYTES)
    file.seek(size - tail)
    data = file.read(tail)
    place = data.rfind(_END_MARK)
    if place < 0 or place + _END.size > len(data):
        return b""
    length, start = _END.unpack_from(data, place)[5:7]
    if length > _DIRECTORY_BYTES or start > size:
        return b""
    file.seek(start)
    return file.read(length)


def _read(archive: zipfile.ZipFile, jar: str) -> Iterator[JavaPlugin]:
    manifests = [name for name in archive.namelist() if name.removeprefix(_SERVICES) in _KINDS]
    for name in manifests:
        with archive.open(name) as file:
            text = file.read(_MANIFEST_BYTES).decode("utf-8", "replace")
        kind = _KINDS[name.removeprefix(_SERVICES)]
        yield from (JavaPlugin(item, kind, jar) for item in _classes(text.splitlines()))
    if not manifests:
        yield from _guessed(archive.namelist(), jar)


def _classes(lines: Iterable[str]) -> Iterator[str]:
    names = (line.partition("#")[0].strip() for line in lines)
    return (name for name in names if name and name.isprintable() and len(name) < 300)


def _guessed(names: Iterable[str], jar: str) -> Iterator[JavaPlugin]:
    """Yield the classes that are connectors by their names, as jars before KIP-898 need it."""
    for name in names:
        for suffix, kind in _SUFFIXES.items():
            base = name.rpartition("/")[2]
            if name.endswith(suffix) and base != suffix and "$" not in base:
                class_name = name.removesuffix(".class").replace("/", ".")
                yield JavaPlugin(class_name, kind, jar)

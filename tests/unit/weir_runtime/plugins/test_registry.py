"""Finding plugins by metadata, and looking them up by class name and alias."""

import logging
import sys
from pathlib import Path

import pytest

from weir_runtime.api.errors import NotFoundError
from weir_runtime.plugins import alias
from weir_runtime.plugins.discovery import discover
from weir_runtime.plugins.plugin import Plugin, PluginType
from weir_runtime.plugins.registry import PluginRegistry

FILE_SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector"
FILE_SINK = "org.apache.kafka.connect.file.FileStreamSinkConnector"
JSON = "org.apache.kafka.connect.json.JsonConverter"
SIMPLE = "org.apache.kafka.connect.storage.SimpleHeaderConverter"


def plugin(kind: PluginType, name: str, version: str = "1", location: str = "x") -> Plugin:
    return Plugin(kind, name, version, f"module:{name.rpartition('.')[2]}", (), location)


def install(folder: Path, name: str, version: str, entry_points: str) -> None:
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (info / "entry_points.txt").write_text(entry_points)


@pytest.fixture(scope="module")
def installed() -> PluginRegistry:
    return PluginRegistry.discover()


def test_what_comes_with_the_runtime_is_listed_as_java_lists_it(installed: PluginRegistry) -> None:
    listed = [(info.type, info.class_name) for info in installed.infos(connectors_only=False)]
    order = ["sink", "source", "transformation", "predicate", "converter", "header_converter"]
    assert listed == sorted(listed, key=lambda item: (order.index(item[0]), item[1]))
    assert {("sink", FILE_SINK), ("source", FILE_SOURCE), ("converter", JSON)} <= set(listed)
    assert ("header_converter", JSON) in listed
    assert ("header_converter", SIMPLE) in listed
    assert ("converter", SIMPLE) not in listed
    only = installed.infos(connectors_only=True)
    assert {info.type for info in only} == {"sink", "source"}


def test_stand_ins_for_apaches_plugins_have_kafkas_version(installed: PluginRegistry) -> None:
    assert installed.connector(FILE_SOURCE).version == "4.3.1"
    assert installed.connector("weir.Datagen").version != "4.3.1"


@pytest.mark.parametrize(
    ("name", "class_name"),
    [
        (FILE_SOURCE, FILE_SOURCE),
        ("FileStreamSourceConnector", FILE_SOURCE),
        ("FileStreamSource", FILE_SOURCE),
        ("FileStreamSink", FILE_SINK),
        ("weir.Datagen", "weir.Datagen"),
        ("Datagen", "weir.Datagen"),
    ],
)
def test_connectors_go_by_class_name_and_alias(
    installed: PluginRegistry, name: str, class_name: str
) -> None:
    assert installed.connector(name).class_name == class_name


@pytest.mark.parametrize("name", ["JsonConverter", "Json", JSON])
def test_converters_go_by_class_name_and_alias(installed: PluginRegistry, name: str) -> None:
    found = installed.find(PluginType.CONVERTER, name)
    assert found is not None
    assert found.target == "weir_runtime.converters.json:JsonConverter"
    assert installed.find(PluginType.HEADER_CONVERTER, "Json") is not None
    assert installed.find(PluginType.SOURCE, name) is None
    assert installed.any(name).type is PluginType.CONVERTER


def test_listing_imports_nothing() -> None:
    before = set(sys.modules)
    PluginRegistry.discover()
    new = set(sys.modules) - before
    assert not {name for name in new if name.startswith("weir_runtime.co")}


def test_an_unknown_connector_is_told_with_those_that_there_are() -> None:
    registry = PluginRegistry(
        [plugin(PluginType.SOURCE, "b.Source", "2"), plugin(PluginType.SINK, "a.Sink", "3")]
    )
    with pytest.raises(NotFoundError) as caught:
        registry.connector("no.Such")
    assert str(caught.value) == (
        "Failed to find any class that implements Connector and which name matches no.Such, "
        "available connectors are: "
        "PluginDesc{klass=class a.Sink, name='a.Sink', version='3', encodedVersion=3, type=sink, "
        "typeName='sink', location='x'}, "
        "PluginDesc{klass=class b.Source, name='b.Source', version='2', encodedVersion=2, "
        "type=source, typeName='source', location='x'}"
    )
    with pytest.raises(NotFoundError, match=r"^Unknown plugin no\.Such\.$"):
        registry.any("no.Such")


def test_an_alias_of_two_classes_is_none() -> None:
    registry = PluginRegistry(
        [
            plugin(PluginType.SOURCE, "a.ThingConnector"),
            plugin(PluginType.SINK, "b.ThingConnector"),
            plugin(PluginType.CONVERTER, "c.ThingConverter"),
        ]
    )
    with pytest.raises(NotFoundError):
        registry.connector("Thing")
    assert registry.connector("a.ThingConnector").type is PluginType.SOURCE
    found = registry.find(PluginType.CONVERTER, "Thing")
    assert found is not None
    assert found.class_name == "c.ThingConverter"


@pytest.mark.parametrize(
    ("kind", "class_name", "names"),
    [
        (PluginType.SOURCE, "a.FileSourceConnector", ["FileSourceConnector", "FileSource", "File"]),
        (PluginType.SINK, "a.Connector", ["Connector"]),
        (PluginType.CONVERTER, "JsonConverter", ["JsonConverter", "Json"]),
        (
            PluginType.HEADER_CONVERTER,
            "a.SimpleHeaderConverter",
            ["SimpleHeaderConverter", "Simple", "SimpleHeader"],
        ),
        (PluginType.TRANSFORMATION, "a.Cast$Key", ["Cast$Key"]),
    ],
)
def test_short_names_lack_package_and_type(
    kind: PluginType, class_name: str, names: list[str]
) -> None:
    assert alias.names(plugin(kind, class_name)) == names


def test_of_a_class_found_twice_the_newest_version_counts() -> None:
    registry = PluginRegistry(
        [
            plugin(PluginType.SOURCE, "a.A", "1.9", "old"),
            plugin(PluginType.SOURCE, "a.A", "1.10", "new"),
            plugin(PluginType.SOURCE, "a.B", "1", "folder"),
            plugin(PluginType.SOURCE, "a.B", "1.0", "classpath"),
        ]
    )
    assert registry.connector("a.A").location == "new"
    assert registry.connector("a.B").location == "classpath"


def test_folders_hold_one_plugin_each(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    points = "[weir.sources]\ncom.example.Mine = mine.source:Source\n[other]\nx = y:z\n"
    install(tmp_path / "mine", "mine", "2.5", points)
    install(tmp_path, "flat", "0.1", "[weir.sinks]\nflat.Sink = flat:Sink\n")
    install(tmp_path / "bad", "bad", "1", "[weir.sinks]\nbad.Sink = nothing\n")
    (tmp_path / "single.jar").touch()
    with caplog.at_level(logging.WARNING):
        found = {item.class_name: item for item in discover([tmp_path, tmp_path / "none"])}
    mine = found["com.example.Mine"]
    assert (mine.type, mine.version, mine.target) == (
        PluginType.SOURCE,
        "2.5",
        "mine.source:Source",
    )
    assert mine.paths == (str(tmp_path / "mine"),)
    assert found["flat.Sink"].location == str(tmp_path)
    assert "bad.Sink" not in found
    warnings = [record.getMessage() for record in caplog.records]
    assert len(warnings) == 2
    assert any("none cannot be read: No such file or directory" in text for text in warnings)
    assert any("bad.Sink of bad has no target" in text for text in warnings)

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest

from weir_runtime.app import jar

SOURCE = "META-INF/services/org.apache.kafka.connect.source.SourceConnector"
CONVERTER = "META-INF/services/org.apache.kafka.connect.storage.Converter"


def make(path: Path, **entries: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    return path


def test_manifests_name_the_plugins_of_a_jar(tmp_path: Path) -> None:
    text = "# licence\ncom.example.Source  # the one\n\ncom.example.Other\n"
    make(tmp_path / "one" / "lib" / "a.jar", **{SOURCE: text, CONVERTER: "com.example.Avro"})
    make(tmp_path / "one" / "lib" / "dependency.jar", **{"com/google/Guava.class": ""})
    found = jar.look([tmp_path], budget_s=5)
    assert (found.count, found.complete) == (2, True)
    assert [(item.class_name, item.kind) for item in found.plugins] == [
        ("com.example.Avro", "converter"),
        ("com.example.Other", "source"),
        ("com.example.Source", "source"),
    ]
    assert [item.class_name for item in found.connectors] == [
        "com.example.Other", "com.example.Source",
    ]  # fmt: skip
    held = found.find("Avro")
    assert held is not None
    assert held.jar == "a.jar"


def test_a_jar_without_manifests_is_told_by_the_names_of_its_classes(tmp_path: Path) -> None:
    names = ("io/x/JdbcSinkConnector.class", "io/x/JdbcSinkConnector$1.class",
             "org/apache/kafka/connect/sink/SinkConnector.class")  # fmt: skip
    make(tmp_path / "old.jar", **dict.fromkeys(names, ""))
    (found,) = jar.look([tmp_path / "old.jar"], budget_s=5).plugins
    assert (found.class_name, found.kind) == ("io.x.JdbcSinkConnector", "sink")


def test_what_is_no_jar_or_damaged_counts_and_harms_nothing(tmp_path: Path) -> None:
    whole = make(tmp_path / "whole.jar", **{SOURCE: "com.example.Source" * 9}).read_bytes()
    chance = random.Random(4)
    for number in range(60):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        (tmp_path / f"{number}.jar").write_bytes(damaged)
    (tmp_path / "empty.jar").touch()
    (tmp_path / "cut.jar").write_bytes(whole[:-30])
    (tmp_path / "text.jar").write_text("PK\x05\x06")
    assert jar.look([tmp_path, tmp_path / "none"], budget_s=5).count == 64


def test_a_search_ends_when_its_time_is_over_or_there_are_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        make(tmp_path / f"{name}.jar", **{SOURCE: f"com.example.{name}"})
    assert jar.look([tmp_path], budget_s=-1) == jar.Jars(complete=False)
    monkeypatch.setattr(jar, "MOST_JARS", 2)
    found = jar.look([tmp_path], budget_s=5)
    assert (found.count, found.complete) == (2, False)


def test_folders_that_go_in_circles_end(tmp_path: Path) -> None:
    make(tmp_path / "a.jar", **{SOURCE: "com.example.A"})
    (tmp_path / "again").symlink_to(tmp_path)
    assert len(jar.look([tmp_path], budget_s=5).plugins) == 1

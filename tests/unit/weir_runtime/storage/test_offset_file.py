import json
from pathlib import Path

import pytest

from weir_runtime.api.errors import ConfigError, ConnectError
from weir_runtime.storage import offset_file
from weir_runtime.storage.offset_file import FileOffsetStore

PART = {"filename": "in.txt"}
# a HashMap of one entry as JDK 17 serialises it
JAVA = (
    b"\xac\xed\x00\x05sr\x00\x11java.util.HashMap\x05\x07\xda\xc1\xc3\x16`\xd1\x03\x00\x02"
    b"F\x00\nloadFactorI\x00\tthresholdxp?@\x00\x00\x00\x00\x00\x0cw\x08\x00\x00\x00\x10"
    b"\x00\x00\x00\x01ur\x00\x02[B\xac\xf3\x17\xf8\x06\x08T\xe0\x02\x00\x00xp"
    b'\x00\x00\x00\x1b["c",{"filename":"in.txt"}]uq\x00~\x00\x02\x00\x00\x00\x0e{"position":6}x'
)


async def opened(path: Path) -> FileOffsetStore:
    store = FileOffsetStore(path)
    await store.start()
    return store


def power_cut(*_: object) -> None:
    raise OSError(5, "Input/output error")


async def test_no_file_is_an_empty_store_and_is_not_made_before_a_write(tmp_path: Path) -> None:
    store = await opened(tmp_path / "offsets")
    assert await store.list("c") == []
    assert list(tmp_path.iterdir()) == []


async def test_an_empty_file_is_an_empty_store(tmp_path: Path) -> None:
    # Java's quick start makes one with touch
    (tmp_path / "offsets").touch()
    assert await (await opened(tmp_path / "offsets")).list("c") == []


async def test_a_write_replaces_the_file_and_leaves_no_other(tmp_path: Path) -> None:
    path = tmp_path / "offsets"
    store = await opened(path)
    await store.write("c", [(PART, {"position": 1})])
    inode = path.stat().st_ino
    await store.write("c", [(PART, {"position": 2})])
    assert path.stat().st_ino != inode
    assert [file.name for file in tmp_path.iterdir()] == ["offsets"]
    assert await (await opened(path)).read("c", [PART]) == [{"position": 2}]


@pytest.mark.parametrize("damage", ["cut", "changed", "other format", "no json", "java"])
async def test_a_damaged_file_is_refused_and_left_alone(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "offsets"
    store = await opened(path)
    await store.write("c", [(PART, {"position": 11})])
    text = path.read_bytes()
    damaged = {
        "cut": text[:-10],
        "changed": text.replace(b":11", b":12"),
        "other format": json.dumps({**json.loads(text), "format": "x"}).encode(),
        "no json": b"\x00\x01",
        "java": JAVA[:-5],
    }[damage]
    assert damaged != text
    path.write_bytes(damaged)
    with pytest.raises(ConfigError, match="is damaged"):
        await opened(path)
    assert path.read_bytes() == damaged


async def test_offsets_of_a_java_worker_are_taken_over_and_its_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "offsets"
    path.write_bytes(JAVA)
    path.chmod(0o640)
    store = await opened(path)
    assert await store.list("c") == [(PART, {"position": 6})]
    assert (tmp_path / "offsets.java").read_bytes() == JAVA
    assert (tmp_path / "offsets.java").stat().st_mode & 0o777 == 0o640
    assert json.loads(path.read_text())["format"] == "weir-offsets-1"
    assert await (await opened(path)).list("c") == [(PART, {"position": 6})]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["offsets", "offsets.java"]


async def test_a_crash_between_the_steps_of_a_take_over_loses_and_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "offsets"
    path.write_bytes(JAVA)
    replaced = offset_file._write
    with monkeypatch.context() as patch:
        patch.setattr(offset_file, "_write", power_cut)
        with pytest.raises(ConnectError, match="Cannot write the offsets"):
            await opened(path)
    assert path.read_bytes() == (tmp_path / "offsets.java").read_bytes() == JAVA
    assert offset_file._write is replaced
    assert await (await opened(path)).list("c") == [(PART, {"position": 6})]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["offsets", "offsets.java"]


async def test_a_second_take_over_keeps_the_second_file_too(tmp_path: Path) -> None:
    path = tmp_path / "offsets"
    path.write_bytes(JAVA)
    await opened(path)
    later = JAVA.replace(b":6}", b":9}")
    path.write_bytes(later)
    assert await (await opened(path)).list("c") == [(PART, {"position": 9})]
    assert (tmp_path / "offsets.java").read_bytes() == JAVA
    assert (tmp_path / "offsets.java.1").read_bytes() == later


async def test_a_file_beyond_the_bound_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "offsets").write_bytes(JAVA)
    monkeypatch.setattr(offset_file, "LARGEST", len(JAVA) - 1)
    with pytest.raises(ConfigError, match=r"has \d+ bytes, the bound is \d+"):
        await opened(tmp_path / "offsets")


async def test_a_folder_that_is_not_there_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"offset\.storage\.file\.filename"):
        await opened(tmp_path / "none" / "offsets")


async def test_a_failed_write_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    store = await opened(folder / "offsets")
    await store.write("c", [(PART, {"position": 1})])
    folder.rename(tmp_path / "away")
    with pytest.raises(ConnectError, match="Cannot write the offsets"):
        await store.write("c", [(PART, {"position": 2})])
    assert await store.read("c", [PART]) == [{"position": 1}]

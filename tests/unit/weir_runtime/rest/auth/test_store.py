import logging
import os
from pathlib import Path

import pytest

from weir_runtime.api.errors import ConfigError
from weir_runtime.rest.auth import credential
from weir_runtime.rest.auth.store import Store


class Clock:
    at = 0.0

    def monotonic(self) -> float:
        return self.at

    def now_ms(self) -> int:
        return 0

    async def sleep(self, duration_s: float) -> None:
        self.at += duration_s


def test_users_are_read_as_java_reads_properties(tmp_path: Path) -> None:
    file = tmp_path / "users"
    file.write_text("# users\nalice=secret\nbob: b:o b\nc\\ d=x=y\n")
    found = credential.read(file)
    assert sorted(found.users) == ["alice", "bob", "c d"]
    assert found.password_of("alice").matches(b"secret")
    assert found.password_of("bob").matches(b"b:o b")
    assert found.password_of("c d").matches(b"x=y")
    assert not found.password_of("alice").matches(b"secre")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "holds no user; write user=password lines"),
        ("alice=\n", "the user alice has an empty password; set one"),
        ("alice=$scrypt$nonsense\n", "the password of alice: a hash looks like"),
    ],
)
def test_a_file_that_would_let_anybody_in_is_refused(
    tmp_path: Path, text: str, sentence: str
) -> None:
    file = tmp_path / "users"
    file.write_text(text)
    with pytest.raises(ConfigError) as raised:
        credential.read(file)
    assert sentence in str(raised.value)
    assert "nonsense" not in str(raised.value)


def test_no_password_is_shown_by_what_holds_it(tmp_path: Path) -> None:
    file = tmp_path / "users"
    file.write_text("alice=hush\n")
    assert "hush" not in repr(credential.read(file))


def test_a_file_that_has_changed_is_read_again(tmp_path: Path) -> None:
    file, clock = tmp_path / "users", Clock()
    file.write_text("alice=one\n")
    store = Store(file, clock)
    file.write_text("alice=two\nbob=x\n")
    assert set(store.current().users) == {"alice"}
    clock.at += 1
    assert set(store.current().users) == {"alice", "bob"}
    assert store.generation == 1
    clock.at += 1
    store.current()
    assert store.generation == 1


def test_a_mounted_secret_that_is_replaced_by_a_link_is_read_again(tmp_path: Path) -> None:
    clock, link = Clock(), tmp_path / "users"
    for name in ("one", "two"):
        (tmp_path / name).write_text(f"{name}=xyz\n")
    link.symlink_to(tmp_path / "one")
    store = Store(link, clock)
    os.replace(_link(tmp_path / "next", tmp_path / "two"), link)  # noqa: PTH105 - of two paths
    clock.at += 1
    assert set(store.current().users) == {"two"}


def _link(link: Path, target: Path) -> Path:
    link.symlink_to(target)
    return link


@pytest.mark.parametrize("text", ["", "alice=\n", None])
def test_the_users_of_before_stay_where_a_file_has_gone_wrong(
    tmp_path: Path, text: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    file, clock = tmp_path / "users", Clock()
    file.write_text("alice=one\n")
    store = Store(file, clock)
    if text is None:
        file.unlink()
    else:
        file.write_text(text)
    for _ in range(3):
        clock.at += 1
        assert store.current().password_of("alice").matches(b"one")
    (record,) = caplog.records
    assert record.getMessage().endswith("; the users of before stay")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        Store(tmp_path / "users", Clock())

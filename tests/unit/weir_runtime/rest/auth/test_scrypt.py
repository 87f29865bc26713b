import io

import pytest

from weir_runtime.api.errors import ConfigError
from weir_runtime.rest.auth import scrypt

# of passlib's documentation
FOREIGN = "$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrypt, "LOG_N", 4)


def test_a_hash_matches_its_password_only() -> None:
    text = scrypt.hash_of(b"secret")
    made = scrypt.parse(text)
    assert made.matches(b"secret")
    assert not made.matches(b"Secret")
    assert not made.matches(b"")


def test_each_hash_has_a_salt_of_its_own() -> None:
    assert scrypt.hash_of(b"a") != scrypt.hash_of(b"a")


def test_hashes_of_others_can_be_used() -> None:
    assert scrypt.parse(FOREIGN).matches(b"password")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("$scrypt$", "a hash looks like"),
        ("$scrypt$ln=4,r=8,p=1$YQ$Y", "not base64"),
        ("$scrypt$ln=40,r=8,p=1$YWFh$YWFh", "out of bounds"),
        ("$scrypt$ln=17,r=32,p=8$YWFh$YWFh", "out of bounds"),
        ("$scrypt$ln=0,r=8,p=1$YWFh$YWFh", "out of bounds"),
    ],
)
def test_what_is_no_hash_or_costs_too_much_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        scrypt.parse(text)


def test_the_program_prints_a_hash_of_what_it_is_given(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("se cret\n"))
    assert scrypt.main() == 0
    assert scrypt.parse(capsys.readouterr().out.strip()).matches(b"se cret")


def test_the_program_prints_nothing_for_an_empty_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    assert scrypt.main() == 1
    assert capsys.readouterr().out == ""

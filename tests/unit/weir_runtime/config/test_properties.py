"""Java's properties format; what Java does was asked of java.util.Properties."""

import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weir_runtime.api.errors import ConfigError
from weir_runtime.config import properties


def escaped(text: str, *, key: bool) -> str:
    """Write a key or value so that any reader of properties gives it back."""
    parts = []
    for position, char in enumerate(text):
        if char in "\\=:#!" or (char == " " and (key or position == 0)):
            parts.append("\\" + char)
        elif char in "\t\n\r\f":
            parts.append({"\t": "\\t", "\n": "\\n", "\r": "\\r", "\f": "\\f"}[char])
        elif ord(char) > 126 or ord(char) < 32:
            units = char.encode("utf-16-be")
            parts += [f"\\u{units[n] << 8 | units[n + 1]:04x}" for n in range(0, len(units), 2)]
        else:
            parts.append(char)
    return "".join(parts)


TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.dictionaries(TEXT.filter(bool), TEXT))
def test_what_is_escaped_is_read_back(wanted: dict[str, str]) -> None:
    lines = [
        f"{escaped(key, key=True)}={escaped(value, key=False)}" for key, value in wanted.items()
    ]
    assert properties.load("\n".join(lines)) == wanted


@given(st.text())
def test_any_text_gives_properties_or_one_error_with_a_line(text: str) -> None:
    try:
        assert "" not in properties.load(text)
    except ConfigError as error:
        message = str(error)
    else:
        return
    assert message.startswith("line ")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a=b", {"a": "b"}),
        ("a = b ", {"a": "b "}),
        ("a:b", {"a": "b"}),
        ("a b", {"a": "b"}),
        ("a\tb=c", {"a": "b=c"}),
        ("a = : b", {"a": ": b"}),
        ("a", {"a": ""}),
        ("a=", {"a": ""}),
        ("  # c\n! d\n\n a=b", {"a": "b"}),
        ("a=b\\\n   c", {"a": "bc"}),
        ("a=b\\\n# c", {"a": "b# c"}),
        ("a=b\\\\\nc=d", {"a": "b\\", "c": "d"}),
        ("a=b\\\n\nc=d", {"a": "b", "c": "d"}),
        ("a=b\\", {"a": "b"}),
        ("a\\ b=c", {"a b": "c"}),
        ("a\\=b=c", {"a=b": "c"}),
        ("a=\\q\\t\\u0041", {"a": "q\tA"}),
        ("a=\\ud83d\\ude00", {"a": "\U0001f600"}),
        ("a=1\r\nb=2\rc=3\n", {"a": "1", "b": "2", "c": "3"}),
        ("a=1\na=2", {"a": "2"}),
        ("a=x#y", {"a": "x#y"}),
        (
            'jaas=x required \\\n  user="a" \\\n  pass="b";',
            {"jaas": 'x required user="a" pass="b";'},
        ),
    ],
)
def test_lines_are_read_as_java_reads_them(text: str, wanted: dict[str, str]) -> None:
    assert properties.load(text) == wanted


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a=1\nb=\\u00g1", "line 2: \\u00g1 is no \\uxxxx with four hex digits"),
        ("a=1\\\n2\nb=\\u12", "line 3: \\u12 is no \\uxxxx with four hex digits"),
        ("\n=1", "line 2: there is no key before '='; write key=value"),
        (
            "a=\\ud83d",
            "line 1: a \\uxxxx escape is half of a character; its other half is missing",
        ),
    ],
)
def test_a_malformed_line_is_named(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        properties.load(text)
    assert str(caught.value) == message


def test_a_repeated_key_is_warned_about(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        properties.load("a=1\na=1\nb=2\na=3")
    assert [record.getMessage() for record in caplog.records] == [
        "line 4 sets a again; the earlier value is dropped"
    ]


def test_a_file_may_be_utf8_or_latin1(tmp_path: Path) -> None:
    file = tmp_path / "worker.properties"
    file.write_bytes("a=\u00e9".encode())
    assert properties.read(file) == {"a": "\u00e9"}
    file.write_bytes("a=\u00e9".encode("latin-1"))
    assert properties.read(file) == {"a": "\u00e9"}


def test_errors_name_the_file(tmp_path: Path) -> None:
    file = tmp_path / "worker.properties"
    with pytest.raises(ConfigError, match=r"worker\.properties: cannot be read: No such file"):
        properties.read(file)
    file.write_text("=1")
    with pytest.raises(ConfigError, match=r"worker\.properties, line 1: there is no key"):
        properties.read(file)

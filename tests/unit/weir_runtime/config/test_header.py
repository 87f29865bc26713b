"""The grammar of response.http.headers.config; texts as Java 4.3.1 gives them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weir_runtime.api.errors import ConfigError
from weir_runtime.config.worker import header
from weir_runtime.config.worker.header import Rule

FORMAT = "Invalid format of header config '{}'. Expected: '[action] [header name]:[header value]'"
PAIR = (
    "Invalid format of header name and header value pair '{}'. "
    "Expected: '[header name]:[header value]'"
)
ACTION = "Invalid header config action: '{}'. Expected one of [set, add, setDate, addDate]"
NAME = "Invalid header name '{}'. The '[header name]' cannot contain whitespace"


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("", []),
        ("  ", []),
        ("set X-Frame-Options: DENY", [Rule("X-Frame-Options", "DENY")]),
        ("set X:v w  z", [Rule("X", "v w  z")]),
        ("set  X :  v", [Rule("X", "v")]),
        ("set\tX: v", [Rule("X", "v")]),
        ("SET X: v", [Rule("X", "v")]),
        ("set X: v:", [Rule("X", "v:")]),
        ("set X: v,", [Rule("X", "v")]),
        ('set X: "v"', [Rule("X", '"v"')]),
        ("set X: 1, add X: 2", [Rule("X", "1"), Rule("X", "2", adds=True)]),
        (
            '"set Cache-Control: no-cache, no-store", setDate Expires: 3600000,addDate Y: -1',
            [
                Rule("Cache-Control", "no-cache, no-store"),
                Rule("Expires", 3600000),
                Rule("Y", -1, adds=True),
            ],
        ),
        (r'"set X: \"a\" b"', [Rule("X", '"a" b')]),
        ('"set X: v', [Rule("X", "v")]),
    ],
)
def test_rules_are_read_as_java_reads_them(text: str, rules: list[Rule]) -> None:
    assert list(header.parse(text)) == rules


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("DENY", FORMAT.format("DENY")),
        (",", FORMAT.format("")),
        (", set X: v", FORMAT.format("")),
        ('""', FORMAT.format("")),
        ("set X: a,b", FORMAT.format("b")),
        ('set X: "a, b"', FORMAT.format('b"')),
        ("set X", PAIR.format("X")),
        ("set X: ", PAIR.format("X:")),
        ("set :", PAIR.format(":")),
        ("set X: http://a/b", PAIR.format("X: http://a/b")),
        ("set X:: v", PAIR.format("X:: v")),
        ('"set X: ""a"" b"', PAIR.format("X:")),
        ("put X: v", ACTION.format("put")),
        ("set:X v", ACTION.format("set:X")),
        ("'set X: a, b'", ACTION.format("'set")),
        ("set : v", NAME.format("")),
        ("set X Y: v", NAME.format("X Y")),
        ("set X: v\r\nSet-Cookie: a", PAIR.format("X: v\r\nSet-Cookie: a")),
    ],
)
def test_errors_are_java_s(text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as raised:
        header.parse(text)
    assert str(raised.value) == sentence
    assert header.check("response.http.headers.config", text) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("set X: v\nY", "It holds a line break or control character"),
        ("set X: v\0w", "It holds a line break or control character"),
        ("set X(: v", "It may hold letters, digits and"),
        ("set Content-Length: 3", "The server writes this header itself"),
        ("set transfer-encoding: chunked", "The server writes this header itself"),
        ("setDate Expires: soon", "setDate takes the milliseconds from now to the date"),
        ("addDate Expires: 99999999999999999999", "addDate takes the milliseconds"),
    ],
)
def test_what_would_break_answers_is_refused_too(text: str, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        header.parse(text)


@given(st.text(max_size=40))
def test_no_text_puts_a_line_break_into_a_header(value: str) -> None:
    for text in (value, f"set X: {value}", f'"set X: {value}"', f"add {value}: v"):
        try:
            rules = header.parse(text)
        except ConfigError:
            continue
        for rule in rules:
            assert not set("\r\n\0") & set(f"{rule.name}{rule.value}")

from pathlib import Path

import pytest

from weir_runtime.api.errors import ConfigError
from weir_runtime.rest.auth import jaas

MODULE = jaas.MODULE


@pytest.mark.parametrize(
    "text",
    [
        f'KafkaConnect {{ {MODULE} required file="/etc/users"; }};',
        f'KafkaConnect{{{MODULE} REQUIRED file="/etc/users";}};',
        f"""
        // users of REST
        KafkaClient {{
            org.apache.kafka.common.security.plain.PlainLoginModule required
            username="a;}}" password="\\"x\\"";
        }};
        /* and this
           one */
        KafkaConnect {{
            # how to log in
            {MODULE} required debug=true file="/etc/users" other="x";
        }};
        """,
    ],
)
def test_the_file_of_the_entry_is_found(text: str) -> None:
    assert jaas.credentials_file(text) == "/etc/users"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "there is no entry KafkaConnect; it should look like KafkaConnect {"),
        (f'Other {{ {MODULE} required file="a"; }};', "there is no entry KafkaConnect"),
        ("KafkaConnect { };", "the entry KafkaConnect has 0 login modules"),
        (
            "KafkaConnect { com.example.Ldap required; };",
            f"the login module com.example.Ldap is not supported; use {MODULE}",
        ),
        (f"KafkaConnect {{ {MODULE} required; }};", "the entry KafkaConnect names no file"),
        (f'KafkaConnect {{ {MODULE} required file=" "; }};', "names no file"),
        (f'KafkaConnect {{ {MODULE} file="a"; }};', "lacks the flag required"),
        (f'KafkaConnect {{ {MODULE} required file "a"; }};', "a '=' is missing after the option"),
        (f'KafkaConnect {{ {MODULE} required file="a"', "do not end with ';'"),
        (f'KafkaConnect {{ {MODULE} required file="a"; }}', "a ';' is missing after the entry"),
        (f'KafkaConnect {MODULE} required file="a";', "a '{' is missing after the entry's name"),
        (f'KafkaConnect {{ {MODULE} required file="a', "line 1 cannot be read"),
        (
            f'KafkaConnect {{ {MODULE} required file="${{user.home}}/u"; }};',
            "write the path itself",
        ),
        (
            f'KafkaConnect {{ {MODULE} required file="a"; {MODULE} required file="b"; }};',
            "has 2 login modules; keep one",
        ),
    ],
)
def test_what_cannot_be_used_is_said(text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as raised:
        jaas.credentials_file(text)
    assert sentence in str(raised.value)


def test_no_part_of_another_entry_is_shown() -> None:
    with pytest.raises(ConfigError) as raised:
        jaas.credentials_file('KafkaClient { a.B required password="hush" }; KafkaConnect { };')
    assert "hush" not in str(raised.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"jaas.conf: cannot be read: No such file"):
        jaas.read(tmp_path / "jaas.conf")
    (tmp_path / "jaas.conf").write_text("x")
    with pytest.raises(ConfigError, match=r"jaas.conf: a '{' is missing"):
        jaas.read(tmp_path / "jaas.conf")

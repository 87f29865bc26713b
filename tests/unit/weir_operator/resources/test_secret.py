"""What is a secret, by its key or by its value."""

import pytest

from weir_operator.resources.secret import is_secret


@pytest.mark.parametrize(
    ("key", "value", "secret"),
    [
        ("topic", "t", False),
        ("defined", "x", True),
        ("defined", "", False),
        ("defined", "${secrets:shop/db:password}", False),
        ("defined", "${a:b}x", True),
        ("value.converter.basic.auth.user.info", "me:pw", True),
        ("aws.access.key.id", "x", True),
        ("db.pwd", "x", True),
        ("pwdless", "x", False),
        ("url", "jdbc:postgresql://me:pw@db/x", True),
        ("url", "jdbc:postgresql://db:5432/x", False),
        ("url", "jdbc:mysql://db/x?user=me&password=pw", True),
        ("urls", "http://a:8081,http://b:8081", False),
        ("mail", "me@x.org", False),
    ],
)
def test_a_secret_is_told_by_definition_key_or_value(key: str, value: str, secret: bool) -> None:
    assert is_secret(key, value, frozenset({"defined"})) is secret

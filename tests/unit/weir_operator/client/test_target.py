"""URLs in normal form, and targets that show no secrets."""

import pytest

from weir_operator.client.target import ClusterTarget, normal_url


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("http://Connect.Example:8083/", "http://connect.example:8083"),
        ("HTTP://c:80", "http://c"),
        ("https://c:443/", "https://c"),
        ("https://c:8443/base/", "https://c:8443/base"),
        ("http://user:pw@c:8083?x=1#y", "http://c:8083"),
        ("http://[::1]:8083", "http://[::1]:8083"),
    ],
)
def test_a_url_has_one_normal_form(url: str, normal: str) -> None:
    assert normal_url(url) == normal
    assert normal_url(normal) == normal


@pytest.mark.parametrize(
    "url",
    [
        "",
        "connect:8083",
        "ftp://c",
        "http://",
        "http://c:notaport",
        "http://c:99999",
        "http://[::1",
        "http://a b:1",
    ],
)
def test_what_is_no_address_is_refused_with_what_to_write(url: str) -> None:
    with pytest.raises(ValueError, match="write http://HOST:PORT"):
        normal_url(url)


def test_a_target_shows_no_secret() -> None:
    target = ClusterTarget("http://c", username="u", password="hunter2", key_pem="KEY")
    assert "hunter2" not in repr(target)
    assert "KEY" not in repr(target)
    assert target != ClusterTarget("http://c", username="u", password="other", key_pem="KEY")

from multidict import CIMultiDict

from weir_runtime.config.worker.header import Rule
from weir_runtime.rest import header


def applied(own: dict[str, str], *rules: Rule) -> list[tuple[str, str]]:
    headers = CIMultiDict(own)
    header.apply(rules, headers, 0.0)
    return list(headers.items())


def test_set_replaces_what_rules_before_it_have_put() -> None:
    assert applied({}, Rule("X", "1", adds=True), Rule("x", "2")) == [("x", "2")]


def test_add_puts_one_beside_the_other() -> None:
    assert applied({}, Rule("X", "1"), Rule("X", "2", adds=True)) == [("X", "1"), ("X", "2")]


def test_what_the_answer_says_itself_stays() -> None:
    assert applied({"Allow": "GET"}, Rule("allow", "PUT")) == [("Allow", "GET")]


def test_the_server_s_name_may_be_replaced() -> None:
    assert applied({"Server": "weir"}, Rule("Server", "me", adds=True)) == [("Server", "me")]


def test_a_date_is_so_many_milliseconds_from_now() -> None:
    assert applied({}, Rule("Expires", 3_600_000), Rule("X", -(10**14))) == [
        ("Expires", "Thu, 01 Jan 1970 01:00:00 GMT"),
        ("X", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ]

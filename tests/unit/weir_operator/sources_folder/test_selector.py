"""Label selectors, as kubectl takes them."""

import pytest

from weir_operator.sources import selector

SHOP = {"team": "shop", "env": "test"}
NONE: dict[str, str] = {}


@pytest.mark.parametrize(
    ("text", "shop", "none"),
    [
        ("team=shop", True, False),
        ("team==shop", True, False),
        ("team = shop , env=test", True, False),
        ("team=shop,env=prod", False, False),
        ("team!=shop", False, True),
        ("env in (test, prod)", True, False),
        ("env notin (test,prod)", False, True),
        ("env notin (prod)", True, True),
        ("team", True, False),
        ("!team", False, True),
        ("team,env in (a,test),!other", True, False),
        ("team=", False, False),
        ("app.kubernetes.io/name!=x", True, True),
    ],
)
def test_all_requirements_must_hold(text: str, shop: bool, none: bool) -> None:
    found = selector.parse(text)
    assert (found.matches(SHOP), found.matches(NONE)) == (shop, none)


@pytest.mark.parametrize("text", ["", "team=shop,", "=shop", "a b", "team in shop", "a>1", "a=(b)"])
def test_what_is_no_selector_shows_how_one_looks(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no label selector: write team=shop, "):
        selector.parse(text)

import pytest

from weir_runtime.rest import origin
from weir_runtime.rest.errors import HttpError
from weir_runtime.rest.origin import HostRule
from weir_runtime.rest.settings import Cors

BROWSER = {"Accept-Language": "en"}
LOCAL = HostRule((), is_private=True)


@pytest.mark.parametrize(
    "host",
    ["localhost:8083", "127.0.0.1", "[::1]:8083", "10.0.0.7:8083", "app.localhost", "LOCALHOST.:1"],
)
def test_a_browser_may_call_this_machine_by_its_own_names(host: str) -> None:
    LOCAL.check({"Host": host, **BROWSER})


@pytest.mark.parametrize("host", ["evil.example:8083", "localhost.evil.example", "[::1", "a b"])
@pytest.mark.parametrize("sign", ["Accept-Language", "Origin", "Sec-Fetch-Site"])
def test_a_browser_may_not_call_it_by_another_name(host: str, sign: str) -> None:
    with pytest.raises(HttpError, match=r"is not called .* name it in the key rest.hosts.allowed"):
        LOCAL.check({"Host": host, sign: "x"})


@pytest.mark.parametrize("headers", [{"Host": "connect.example"}, {}, BROWSER])
def test_programs_may_use_any_name(headers: dict[str, str]) -> None:
    LOCAL.check({"User-Agent": "curl/8", **headers})


def test_any_name_is_good_where_others_are_meant_to_call() -> None:
    HostRule((), is_private=False).check({"Host": "connect.example", **BROWSER})


def test_a_list_of_names_holds_for_everybody() -> None:
    rule = HostRule(["Connect.example."], is_private=False)
    rule.check({"Host": "connect.EXAMPLE:8083"})
    rule.check({"Host": "localhost:8083"})
    for host in ("other.example", "10.0.0.7"):
        with pytest.raises(HttpError):
            rule.check({"Host": host})


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_page_of_another_origin_changes_nothing(method: str, site: str) -> None:
    headers = {"Sec-Fetch-Site": site, "Origin": "http://a"}
    with pytest.raises(HttpError, match="A web page of another origin may not change connectors"):
        origin.check_page(method, headers, Cors(["http://b"]))
    origin.check_page(method, headers, Cors(["http://a"]))
    origin.check_page(method, headers, Cors(["*"]))


@pytest.mark.parametrize("site", ["same-origin", "none", ""])
def test_other_requests_are_no_matter(site: str) -> None:
    origin.check_page("POST", {"Sec-Fetch-Site": site} if site else {}, Cors())
    origin.check_page("GET", {"Sec-Fetch-Site": "cross-site"}, Cors())

"""`GET /openapi.json`."""

from typing import Any

from weir_runtime.rest.settings import Listener, Settings, Surface

PATH = "/openapi.json"


async def test_the_document_is_served(call: Any) -> None:
    answer = await call("GET", PATH)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json["openapi"].startswith("3.1")
    assert answer.json["info"]["version"] == "4.3.1"
    assert answer.json["info"]["x-weir-version"]


async def test_who_has_the_document_does_not_get_it_again(call: Any) -> None:
    tag = (await call("GET", PATH)).headers["etag"]
    for known in (tag, f'"other", W/{tag}', "*"):
        answer = await call("GET", PATH, If_None_Match=known)
        assert (answer.status, answer.content, answer.headers["etag"]) == (304, b"", tag)
    assert (await call("GET", PATH, If_None_Match='"other"')).status == 200


async def test_head_and_options_are_answered_and_other_methods_are_named(call: Any) -> None:
    full = await call("GET", PATH)
    head = await call("HEAD", PATH)
    assert (head.status, head.content) == (200, b"")
    assert head.headers["content-length"] == full.headers["content-length"]
    assert (await call("OPTIONS", PATH)).headers["allow"] == "HEAD,GET,OPTIONS"
    refused = await call("DELETE", PATH)
    assert refused.error == (405, "HTTP 405 Method Not Allowed")
    assert refused.headers["allow"] == "HEAD,GET,OPTIONS"


async def test_each_listener_shows_its_own_paths(serve: Any) -> None:
    shown = {}
    for surface in Surface:
        call = await serve(Settings(listeners=[Listener("127.0.0.1", 0, surface=surface)]))
        shown[surface] = set((await call("GET", PATH)).json["paths"])
    assert shown[Surface.MAIN] | shown[Surface.ADMIN] == shown[Surface.ALL]
    assert shown[Surface.MAIN] & shown[Surface.ADMIN] == {PATH}

"""What happens before an endpoint: path, method, media types, body, and bad input."""

import json
from typing import Any

import pytest

from weir_runtime.rest.settings import Cors, Listener, Settings, Surface

CONFIG = {"connector.class": "x.FileStreamSource", "topic": "t"}
NOT_FOUND = (404, "HTTP 404 Not Found")

ALLOW = {
    "/": "HEAD,GET,OPTIONS",
    "/health": "HEAD,GET,OPTIONS",
    "/connectors": "HEAD,POST,GET,OPTIONS",
    "/connectors/x": "HEAD,DELETE,GET,OPTIONS",
    "/connectors/x/config": "HEAD,GET,OPTIONS,PUT,PATCH",
    "/connectors/x/status": "HEAD,GET,OPTIONS",
    "/connectors/x/tasks": "HEAD,POST,GET,OPTIONS",
    "/connectors/x/tasks/0/status": "HEAD,GET,OPTIONS",
    "/connectors/x/tasks/0/restart": "POST,OPTIONS",
    "/connectors/x/restart": "POST,OPTIONS",
    "/connectors/x/pause": "OPTIONS,PUT",
    "/connectors/x/resume": "OPTIONS,PUT",
    "/connectors/x/stop": "OPTIONS,PUT",
    "/connectors/x/offsets": "HEAD,DELETE,GET,OPTIONS,PATCH",
    "/connectors/x/topics": "HEAD,GET,OPTIONS",
    "/connectors/x/topics/reset": "OPTIONS,PUT",
    "/connectors/x/fence": "OPTIONS,PUT",
    "/connector-plugins": "HEAD,GET,OPTIONS",
    "/connector-plugins/p/config": "HEAD,GET,OPTIONS",
    "/connector-plugins/p/config/validate": "OPTIONS,PUT",
    "/admin/loggers": "HEAD,GET,OPTIONS",
    "/admin/loggers/root": "HEAD,GET,OPTIONS,PUT",
}


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(("path", "allow"), ALLOW.items())
async def test_options_name_the_methods_of_a_path(
    call: Any, path: str, allow: str, slash: str
) -> None:
    answer = await call("OPTIONS", path.removesuffix("/") + slash or "/")
    assert (answer.status, answer.headers["allow"]) == (200, allow)
    assert answer.headers["content-type"] == "text/plain"
    assert answer.content.decode() == allow.replace(",", ", ")


@pytest.mark.parametrize("path", ALLOW)
async def test_methods_that_a_path_has_not_are_405(call: Any, path: str) -> None:
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"} - set(ALLOW[path].split(",")):
        answer = await call(method, path)
        assert answer.error == (405, "HTTP 405 Method Not Allowed")


@pytest.mark.parametrize(
    "path",
    [
        "/nope",
        "/connectors/x/nope",
        "/connectors/x/tasks/0",
        "/admin",
        "/connectors//status",
        "//",
        "/connectors//",
        "/connectors/x/tasks-config",
        "/Connectors",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "TRACE", "OPTIONS"])
async def test_unknown_paths_are_404_for_every_method(call: Any, method: str, path: str) -> None:
    assert (await call(method, path)).error == NOT_FOUND


async def test_head_is_get_without_the_body(call: Any, twin: Any) -> None:
    twin.add("c")
    got = await call("GET", "/connectors/c")
    head = await call("HEAD", "/connectors/c")
    assert (head.status, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(got.content))
    assert (await call("HEAD", "/connectors/none")).status == 404


async def test_an_absolute_request_target_is_taken(call: Any) -> None:
    assert (await call("GET", "http://proxy.example/connectors?x=1")).json == []


async def test_the_server_says_no_more_of_itself_than_its_name(call: Any) -> None:
    for path in ("/connectors", "/nope"):
        assert (await call("GET", path)).headers["server"] == "weir"


@pytest.mark.parametrize(
    "accept",
    [
        "-",
        "",
        "*/*",
        "application/*",
        "application/json",
        "application/json;charset=utf-8",
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
        "text/plain, application/json",
    ],
)
async def test_json_is_given_to_who_takes_it(call: Any, accept: str) -> None:
    assert (await call("GET", "/connectors", Accept=accept)).status == 200


@pytest.mark.parametrize(
    "accept", ["text/html", "text/plain;q=0.1", "junk", "application/vnd.x+json"]
)
@pytest.mark.parametrize("path", ["/connectors", "/health", "/admin/loggers"])
async def test_who_excludes_json_gets_406(call: Any, accept: str, path: str) -> None:
    assert (await call("GET", path, Accept=accept)).error == (406, "HTTP 406 Not Acceptable")


@pytest.mark.parametrize(
    "given", ["text/plain", "application/x-www-form-urlencoded", "junk", "*/*"]
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/connectors"),
        ("PUT", "/connectors/c/pause"),
        ("POST", "/connectors/c/restart"),
        ("GET", "/connectors"),
        ("DELETE", "/connectors/c"),
    ],
)
async def test_a_content_type_other_than_json_is_415(
    call: Any, method: str, path: str, given: str
) -> None:
    answer = await call(method, path, b"a=b", Content_Type=given)
    assert answer.error == (415, "HTTP 415 Unsupported Media Type")


async def test_a_body_without_a_content_type_is_415_where_it_is_read(call: Any, twin: Any) -> None:
    twin.add("c")
    answer = await call("POST", "/connectors", b"{}", Content_Type="-")
    assert answer.error == (415, "HTTP 415 Unsupported Media Type")
    assert (await call("PUT", "/connectors/c/pause", b"zzz", Content_Type="-")).status == 202


async def test_415_comes_before_406(call: Any) -> None:
    answer = await call("POST", "/connectors", b"x", Content_Type="text/plain", Accept="text/html")
    assert answer.status == 415


@pytest.mark.parametrize(
    "given", ["application/json; charset=utf-8", "Application/JSON", "application/json;x=y"]
)
async def test_json_content_types_may_have_parameters(call: Any, given: str) -> None:
    body = {"name": "c", "config": CONFIG}
    assert (await call("POST", "/connectors", body, Content_Type=given)).status == 201


@pytest.mark.parametrize(
    "body", [b"", b"null", b"{}", b'{"name":"c"}', b'{"config":null}', b'{"config":{}}']
)
async def test_a_create_without_a_config_is_422(call: Any, body: bytes) -> None:
    answer = await call("POST", "/connectors", body)
    assert answer.content == b'{"error_code":422,"message":"config may not be empty"}'


@pytest.mark.parametrize("body", [b"", b"null", b"{}"])
async def test_a_put_without_a_config_is_422(call: Any, body: bytes) -> None:
    answer = await call("PUT", "/connectors/c/config", body)
    assert answer.error == (422, "config may not be empty")


async def test_numbers_and_booleans_become_the_strings_they_were_written_as(
    call: Any, twin: Any
) -> None:
    body = (
        b'{"a":2,"b":true,"c":false,"d":1.50,"e":1e10,"f":-0.0,"g":1E400,"h":null,'
        b'"i":123456789012345678901234567890,"connector.class":"x"}'
    )
    assert (await call("PUT", "/connectors/n/config", body)).status == 201
    assert twin.calls[0][2] == {
        "a": "2",
        "b": "true",
        "c": "false",
        "d": "1.50",
        "e": "1e10",
        "f": "-0.0",
        "g": "1E400",
        "h": None,
        "i": "123456789012345678901234567890",
        "connector.class": "x",
        "name": "n",
    }
    assert all(type(value) in (str, type(None)) for value in twin.calls[0][2].values())


@pytest.mark.parametrize(("value", "kind"), [([1], "a list"), ({"a": 1}, "an object")])
async def test_a_nested_value_is_422_and_names_the_key(call: Any, value: object, kind: str) -> None:
    for path, body in (
        ("/connectors", {"name": "c", "config": {"tasks.max": value}}),
        ("/connectors/c/config", {"tasks.max": value}),
    ):
        answer = await call("POST" if path == "/connectors" else "PUT", path, body)
        status, message = answer.error
        assert status == 422
        assert message.startswith("config.tasks.max: expected a string")
        assert f"got {kind}" in message


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ([], "body: expected an object, got a list"),
        ("x", "body: expected an object, got a string"),
        (5, "body: expected an object, got a number"),
        (True, "body: expected an object, got a boolean"),
        (
            {"name": "c", "confg": CONFIG},
            "body: unknown field 'confg'. Did you mean 'config'? Known fields: name, config,"
            " initial_state",
        ),
        (
            {"name": "c", "config": CONFIG, "surplus": 1},
            "body: unknown field 'surplus'. Known fields: name, config, initial_state",
        ),
        ({"name": [], "config": CONFIG}, "name: expected a string, got a list"),
        (
            {"name": "c", "config": "x=y"},
            "config: expected an object with a string for each key, got a string",
        ),
        (
            {"name": "c", "config": CONFIG, "initial_state": "ASLEEP"},
            "initial_state: 'ASLEEP' is not allowed; use one of RUNNING, PAUSED, STOPPED",
        ),
        (
            {"name": "c", "config": CONFIG, "initial_state": {}},
            "initial_state: 'an object' is not allowed; use one of RUNNING, PAUSED, STOPPED",
        ),
    ],
)
async def test_a_create_of_the_wrong_shape_is_422_with_the_place(
    call: Any, twin: Any, body: object, message: str
) -> None:
    assert (await call("POST", "/connectors", body)).error == (422, message)
    assert twin.calls == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            {"ofsets": []},
            "body: unknown field 'ofsets'. Did you mean 'offsets'? Known fields: offsets",
        ),
        ({"offsets": {"a": 1}}, "offsets: expected a list, got an object"),
        ({"offsets": [None]}, "offsets[0]: expected an object, got null"),
        (
            {"offsets": [{}, {"partition": 1}]},
            "offsets[1].partition: expected an object or null, got a number",
        ),
        (
            {"offsets": [{"partition": {}, "ofset": {}}]},
            "offsets[0]: unknown field 'ofset'. Did you mean 'offset'? Known fields: partition,"
            " offset",
        ),
    ],
)
async def test_offsets_of_the_wrong_shape_are_422_with_the_place(
    call: Any, twin: Any, body: object, message: str
) -> None:
    twin.add("c")
    assert (await call("PATCH", "/connectors/c/offsets", body)).error == (422, message)


async def test_an_offset_beyond_64_bits_is_refused(call: Any, twin: Any) -> None:
    twin.add("c")
    for number in ("9" * 20, "9" * 1000, "1e400"):
        body = b'{"offsets":[{"partition":{},"offset":{"p":%s}}]}' % number.encode()
        answer = await call("PATCH", "/connectors/c/offsets", body)
        assert answer.error == (400, "offsets[0].offset.p: the number does not fit 64 bits")


@pytest.mark.parametrize(("included", "path_name"), [("other", "c"), ("c ", "c"), ("5", "c")])
async def test_a_name_in_the_config_must_be_that_of_the_path(
    call: Any, included: str, path_name: str
) -> None:
    message = (
        f"Connector name configuration ({included}) doesn't match connector name in the URL"
        f" ({path_name})"
    )
    body = {**CONFIG, "name": included}
    assert (await call("PUT", f"/connectors/{path_name}/config", body)).error == (400, message)
    created = await call("POST", "/connectors", {"name": path_name, "config": body})
    assert created.error == (400, message)


async def test_a_null_name_in_the_config_is_filled_in(call: Any, twin: Any) -> None:
    await call("PUT", "/connectors/c/config", {"name": None, **CONFIG})
    assert twin.known["c"].config["name"] == "c"


async def test_a_body_beyond_the_limit_is_413(call: Any) -> None:
    answer = await call("POST", "/connectors", b'"' + b"x" * (1 << 20) + b'"')
    assert answer.error == (413, "The request's body is larger than 1048576 bytes")
    assert answer.headers["connection"] == "close"


async def test_a_chunked_body_beyond_the_limit_is_413(serve: Any) -> None:
    call = await serve(Settings(body_limit=100))
    chunk = b"40\r\n" + b"x" * 64 + b"\r\n"
    data = await call.raw(
        b"POST /connectors HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 3 + b"0\r\n\r\n"
    )
    assert data.startswith(b"HTTP/1.1 413 ")


async def test_a_chunked_body_is_read(call: Any, twin: Any) -> None:
    body = json.dumps(CONFIG).encode()
    data = await call.raw(
        b"PUT /connectors/c/config HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"%x\r\n%s\r\n0\r\n\r\n"
        % (len(body), body)
    )
    assert data.startswith(b"HTTP/1.1 201 ")
    assert "c" in twin.known


async def test_a_compressed_body_is_refused_unread(call: Any) -> None:
    answer = await call("POST", "/connectors", b"\x1f\x8b", Content_Encoding="gzip")
    assert answer.error == (415, "Compressed request bodies are not accepted")


async def test_a_client_that_waits_to_be_asked_for_its_body_is_asked(call: Any, twin: Any) -> None:
    body = json.dumps(CONFIG).encode()
    data = await call.raw(
        b"PUT /connectors/c/config HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        b"Connection: close\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n%s"
        % (len(body), body)
    )
    assert data.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 ")


async def test_an_unknown_expectation_is_417(call: Any) -> None:
    assert (await call("POST", "/connectors", {}, Expect="more")).error[0] == 417


@pytest.mark.parametrize(
    "data",
    [
        b"junk\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
)
async def test_what_is_no_http_request_is_a_400_in_json(call: Any, data: bytes) -> None:
    answer = await call.raw(data)
    assert answer.startswith(b"HTTP/1.1 400 ") or answer.startswith(b"HTTP/1.0 400 ")
    body = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert body["error_code"] == 400
    assert body["message"].startswith("HTTP 400")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000, "URL or a header of the request is longer than"),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1", "URL or a header of the request is longer than"),
        (b"GET / HTTP/1.1\r\n" + b"X: 1\r\n" * 200, "The request has more than 128 headers"),
    ],
)
async def test_too_much_of_a_head_is_a_431_that_repeats_nothing_of_it(
    call: Any, data: bytes, sentence: str
) -> None:
    answer = await call.raw(data + b"\r\n\r\n")
    assert answer.split(b" ", 2)[1] == b"431"
    body = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert body["error_code"] == 431
    assert sentence in body["message"]
    assert "xxx" not in body["message"]


async def test_too_many_query_parameters_are_refused(call: Any) -> None:
    query = "&".join(f"a{n}=1" for n in range(200))
    assert (await call("GET", f"/connectors?{query}")).error[0] == 400


async def test_while_starting_every_path_is_503_and_says_so(serve: Any) -> None:
    ready = False
    call = await serve(ready=lambda: ready)
    answer = await call("GET", "/connectors")
    assert answer.error == (503, "Worker is still starting up.")
    assert answer.headers["retry-after"] == "1"
    health = await call("GET", "/health")
    assert health.status == 503
    assert health.json == {"status": "starting", "message": "Worker is still starting up."}
    ready = True
    assert (await call("GET", "/connectors")).json == []


async def test_health_is_unhealthy_when_the_worker_does_not_answer_in_time(
    serve: Any, twin: Any
) -> None:
    call = await serve(Settings(health_timeout_s=0.02))
    twin.slow.clear()
    answer = await call("GET", "/health")
    assert (answer.status, answer.json["status"]) == (500, "unhealthy")


async def test_an_admin_listener_serves_admin_alone_and_the_main_one_the_rest(serve: Any) -> None:
    admin = await serve(Settings(listeners=[Listener("127.0.0.1", 0, surface=Surface.ADMIN)]))
    main = await serve(Settings(listeners=[Listener("127.0.0.1", 0, surface=Surface.MAIN)]))
    assert (await admin("GET", "/admin/loggers")).status == 200
    assert (await admin("GET", "/connectors")).error == NOT_FOUND
    assert (await main("GET", "/admin/loggers")).error == NOT_FOUND
    assert (await main("GET", "/connectors")).status == 200


ORIGIN = "http://a.example"


async def test_without_cors_no_cross_origin_header_is_sent(call: Any) -> None:
    answer = await call("GET", "/connectors", Origin=ORIGIN)
    assert not {"vary", "access-control-allow-origin"} & answer.headers.keys()


async def test_cors_answers_the_allowed_origin_and_preflights(serve: Any) -> None:
    call = await serve(Settings(cors=Cors([ORIGIN], ["GET", "PUT"])))
    allowed = await call("GET", "/connectors/none", Origin=ORIGIN)
    assert allowed.status == 404
    assert allowed.headers["access-control-allow-origin"] == ORIGIN
    assert allowed.headers["vary"] == "Origin"
    other = await call("GET", "/connectors", Origin="http://b.example")
    assert "access-control-allow-origin" not in other.headers
    assert other.headers["vary"] == "Origin"
    preflight = await call(
        "OPTIONS", "/connectors", Origin=ORIGIN, Access_Control_Request_Method="PUT"
    )
    assert preflight.status == 200
    assert preflight.headers["access-control-allow-methods"] == "GET,PUT"
    assert preflight.headers["access-control-allow-headers"] == "Content-Type"
    assert preflight.headers["access-control-max-age"] == "60"


async def test_a_star_allows_every_origin(serve: Any) -> None:
    call = await serve(Settings(cors=Cors(["*"])))
    answer = await call("GET", "/connectors", Origin=ORIGIN)
    assert answer.headers["access-control-allow-origin"] == ORIGIN


def test_the_default_limits_cut_every_slow_client_within_ten_seconds() -> None:
    settings = Settings()
    assert settings.keepalive_timeout_s <= 10
    assert settings.body_timeout_s + settings.linger_s <= 10

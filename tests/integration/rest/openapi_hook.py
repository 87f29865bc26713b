"""What schemathesis needs to know of Connect to make requests that get far.

Shapes of bodies and parameters are generated out of the document alone. What the document cannot
say, such as the names of installed plugins, is filled in here, and only where the generated part
is meant to be right. Connectors are deleted some time after they were created.
"""

from __future__ import annotations

import atexit
import collections
import itertools
import json
import os
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests
import schemathesis
from schemathesis import HookContext
from schemathesis.core.failures import Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.openapi.checks import IgnoredAuth, UseAfterFree

DATAGEN = "weir.Datagen"
RUNNABLE = {
    "connector.class": DATAGEN,
    "topic": "openapi-rows",
    "fields": json.dumps({"id": {"type": "sequence"}}),
    "rows": 10,
}
MEANT = ("connector.", "key.", "value.", "header.", "tasks.", "transforms", "predicates", "errors.")
BLANKS = "".join(map(chr, range(0x21)))
KEPT = 12
TIMEOUT_S = 30

numbers = itertools.count()
created: collections.deque[str] = collections.deque()
alive: set[str] = set()
tally: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)


@schemathesis.hook
def before_load_schema(context: HookContext, raw_schema: dict[str, Any]) -> None:
    """Refuse answers with fields that the document does not have; clients have to bear them."""
    for name, schema in raw_schema["components"]["schemas"].items():
        if not name.endswith("Request") and schema.get("type") == "object":
            schema["additionalProperties"] = False


@schemathesis.hook
def before_call(context: HookContext, case: Any, kwargs: dict[str, Any]) -> None:
    """Fill in what makes a request succeed."""
    fill = FILL.get(operation_id(case))
    places = (ParameterLocation.PATH, ParameterLocation.QUERY, ParameterLocation.BODY)
    is_right = case.meta is not None and not any(map(case.meta.is_negative_at, places))
    if fill is not None and is_right:
        fill(case)


@schemathesis.hook
def after_call(context: HookContext, case: Any, response: Any) -> None:
    """Count; remember what was created, and delete what was created long ago."""
    tally[operation_id(case)][str(response.status_code)] += 1
    if response.status_code == 201:
        name = response.json()["name"]
        created.append(name)
        alive.add(name)
    elif case.method == "DELETE" and response.status_code == 204:
        alive.discard(urllib.parse.unquote(case.formatted_path.rpartition("/")[2]))
    while len(created) > KEPT:
        name = created.popleft()
        alive.discard(name)
        requests.delete(f"{url(case)}/connectors/{quoted(name)}", timeout=TIMEOUT_S)


@schemathesis.hook
def filter_failure(context: HookContext, failure: Failure, case: Any, response: Any) -> bool:
    """Know two things that the document cannot say.

    A PUT of a config creates a deleted connector anew, under another path; and a login that is
    refused because too many failed before it is refused.
    """
    if isinstance(failure, UseAfterFree):
        return urllib.parse.unquote(case.formatted_path.split("/")[2]) not in alive
    return not (isinstance(failure, IgnoredAuth) and response.status_code == 429)


@atexit.register
def write_tally() -> None:
    """Write the number of answers by operation and status, where that is asked for."""
    if "OPENAPI_TALLY" in os.environ:
        Path(os.environ["OPENAPI_TALLY"]).write_text(json.dumps(tally))


def operation_id(case: Any) -> str:
    return str(case.operation.definition.raw["operationId"])


def create(case: Any) -> None:
    case.body = {
        **case.body,
        "name": unused(case.body["name"]),
        "config": runnable(case.body["config"]),
    }


def put(case: Any) -> None:
    case.body = runnable(case.body)


def patch(case: Any) -> None:
    case.body = {key: value for key, value in case.body.items() if is_free(key)}


def validate(case: Any) -> None:
    case.path_parameters["pluginName"] = DATAGEN
    case.body = {**case.body, "connector.class": DATAGEN}


def definitions(case: Any) -> None:
    case.path_parameters["pluginName"] = DATAGEN
    if "version" in case.query:
        case.query["version"] = "latest"


def stop(case: Any) -> None:
    path = case.formatted_path.removesuffix("/").removesuffix("/offsets")
    requests.put(f"{url(case)}{path}/stop", timeout=TIMEOUT_S)


def alter(case: Any) -> None:
    stop(case)
    items = [dict(item) for item in case.body["offsets"]]
    for item in items:
        item["partition"] = {**item["partition"], "task": 0}
        if item.get("offset") is not None:
            item["offset"] = {**item["offset"], "row": 1}
    case.body = {"offsets": items}


def set_level(case: Any) -> None:
    # a worker whose every logger says everything is slow, and its log of no use
    if case.path_parameters["logger"] == "root":
        case.path_parameters["logger"] = "openapi"


FILL: dict[str, Callable[[Any], None]] = {
    "createConnector": create,
    "putConnectorConfig": put,
    "patchConnectorConfig": patch,
    "validateConfigs": validate,
    "getConnectorConfigDef": definitions,
    "alterConnectorOffsets": alter,
    "resetConnectorOffsets": stop,
    "setLevel": set_level,
}


def unused(name: Any) -> Any:
    """Return a name of the same type that no connector has had."""
    number = next(numbers)
    if isinstance(name, str):
        return f"{name.strip(BLANKS)}-{number}"
    return name if isinstance(name, bool) else number


def runnable(config: dict[str, Any]) -> dict[str, Any]:
    """Return a config that runs, with the keys that were generated."""
    return RUNNABLE | {key: value for key, value in config.items() if is_free(key)}


def is_free(key: str) -> bool:
    """Tell whether a key means nothing to Connect and to Datagen."""
    return key not in RUNNABLE and key != "name" and not key.startswith(MEANT)


def url(case: Any) -> str:
    return str(case.operation.base_url).rstrip("/")


def quoted(name: str) -> str:
    return urllib.parse.quote(name, safe="")

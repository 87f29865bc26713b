"""The REST API: endpoints, limits, names of loggers."""

from __future__ import annotations

import json

from reference.markdown import code, rows
from weir_runtime.observe.logger import ALIASES
from weir_runtime.rest import connection, dispatch
from weir_runtime.rest.document import NUMBER_LIMIT, PART_LIMIT
from weir_runtime.rest.openapi import document
from weir_runtime.rest.settings import Settings
from weir_runtime.rest.table import ROUTES


def endpoints() -> str:
    """Return every endpoint."""
    found = [(route.method, code(route.path), f"{route.endpoint.summary}.") for route in ROUTES]
    return rows(("Method", "Path", "What it does"), found)


def openapi() -> str:
    """Return the OpenAPI document of a listener that serves every path."""
    return json.dumps(document.build(ROUTES), indent=1, ensure_ascii=False) + "\n"


def rest_limits() -> str:
    """Return the limits on requests."""
    limits = Settings()
    return rows(
        ("Limit", "Value", "Beyond it"),
        (
            ("size of a body", f"{limits.body_limit:,} bytes", "413"),
            ("nesting of JSON", f"{limits.depth_limit} levels", "400"),
            ("values of a JSON document", f"{PART_LIMIT:,}", "400"),
            ("characters of a number", f"{NUMBER_LIMIT:,}", "400"),
            ("parameters of a query", f"{dispatch.QUERY_FIELDS}", "400"),
            ("URL, each header", f"{connection.LINE_LIMIT:,} bytes", "431"),
            ("headers", f"{connection.HEADER_LIMIT}", "431"),
            ("time for a body", f"{limits.body_timeout_s:g} s", "408"),
            ("idle connection", f"{limits.keepalive_timeout_s:g} s", "closed"),
            ("client that does not read", f"{limits.write_timeout_s:g} s", "closed"),
            ("open connections of a listener", f"{limits.connection_limit:,}", "503, closed"),
            ("open connections of an address", f"{limits.client_limit:,}", "503, closed"),
            ("refused requests of an address", f"{limits.refusal_rate:g} a second", "held back"),
            ("time for `/health`", f"{limits.health_timeout_s:g} s", "500, `unhealthy`"),
        ),
    )


def logger_aliases() -> str:
    """Return Apache's logger names that stand for ours."""
    return rows(("Apache's name", "Ours"), ((code(a), code(b)) for a, b in ALIASES.items()))

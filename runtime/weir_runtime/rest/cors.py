"""Cross-origin headers for browser UIs.

Source: `access.control.allow.origin`, `.methods`; headers as observed on 4.3.1.
"""

from __future__ import annotations

from collections.abc import Mapping

from weir_runtime.rest.settings import Cors


def is_preflight(cors: Cors, method: str, request: Mapping[str, str]) -> bool:
    """Return whether a browser asks what an allowed origin may send."""
    if method != "OPTIONS" or "Access-Control-Request-Method" not in request:
        return False
    return "*" in cors.origins or request.get("Origin") in cors.origins


def headers(cors: Cors, method: str, request: Mapping[str, str]) -> dict[str, str]:
    """Return what to add to an answer; nothing while cross-origin access is off."""
    if not cors.origins:
        return {}
    added = {"Vary": "Origin"}
    origin = request.get("Origin")
    if origin is None or not ("*" in cors.origins or origin in cors.origins):
        return added
    added["Access-Control-Allow-Origin"] = origin
    if is_preflight(cors, method, request):
        added["Access-Control-Allow-Methods"] = ",".join(cors.methods)
        added["Access-Control-Allow-Headers"] = "Content-Type"
        added["Access-Control-Max-Age"] = "60"
    return added

"""Content negotiation: what a client sends and what it takes.

Source: observed on 4.3.1; quality factors are not looked at there either.
"""

from __future__ import annotations

JSON = "application/json"


def accepts_json(accept: str) -> bool:
    """Return whether an `Accept` header, empty if missing, allows JSON."""
    ranges = [part.split(";", 1)[0].strip().lower() for part in accept.split(",")]
    return not any(ranges) or any(item in (JSON, "application/*", "*/*", "*") for item in ranges)


def is_json(content_type: str) -> bool:
    """Return whether a `Content-Type` header says JSON, with whatever parameters."""
    return content_type.split(";", 1)[0].strip().lower() == JSON

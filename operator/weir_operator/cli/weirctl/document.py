"""Results as documents for programs."""

from __future__ import annotations

import json
from typing import Any


def dump(value: Any, form: str) -> str:
    """Give a value as `json` or `yaml`, keys in their order."""
    if form == "json":
        return json.dumps(value, indent=2, ensure_ascii=False)
    import yaml  # noqa: PLC0415 - not each command writes it

    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=10_000)
    return text.rstrip("\n")


def line(value: Any) -> str:
    """Give a value as JSON on one line."""
    return json.dumps(value, ensure_ascii=False)

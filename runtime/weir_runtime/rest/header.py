"""Headers that the worker's config puts on every answer."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import formatdate

from multidict import CIMultiDict

from weir_runtime.config.worker.header import Rule

SERVER = "server"
"""The one header of ours that a rule may replace."""


def apply(rules: Sequence[Rule], headers: CIMultiDict[str], now_s: float) -> None:
    """Put the configured headers into an answer's; what the answer set itself stays.

    Source: org.eclipse.jetty.ee10.servlets.HeaderFilter, which goes before the resource.
    """
    own = {name.lower() for name in headers}
    for rule in rules:
        value = rule.value if isinstance(rule.value, str) else _date(now_s + rule.value / 1000)
        name = rule.name.lower()
        if rule.adds and name != SERVER:
            headers.add(rule.name, value)
        elif name == SERVER or name not in own:
            headers[rule.name] = value


def _date(at_s: float) -> str:
    return formatdate(max(0.0, min(at_s, 253402300799.0)), usegmt=True)

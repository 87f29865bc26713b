"""Java's client keys: what becomes of each, and what connectors may override."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reference.markdown import code, rows
from weir_runtime.config.clients import policy, rule, table
from weir_runtime.config.clients.table import Kind

SAMPLES = (
    *("1", "true", "all", "none", "earliest", "rebootstrap", "use_all_dns_ips", "classic"),
    *("read_committed", "RangeAssignor"),
)
"""Values of which each converted key takes one."""


def _fate(key: str, found: rule.Rule) -> tuple[str, str]:
    match found:
        case rule.Renamed(to):
            return "passed on", code(to)
        case rule.Converted(convert):
            return "converted", ", ".join(code(name) for name in _targets(key, convert))
        case rule.Handled(by):
            return "handled", by
        case rule.Dropped(why):
            return "left out", why
        case rule.Refused(sentence, harmless):
            taken = sorted(harmless - {""})
            return "refused", sentence + (f"; taken: {', '.join(taken)}" if taken else "")


def _targets(key: str, convert: Callable[[str, str], Mapping[str, Any]]) -> list[str]:
    names: dict[str, None] = {}
    for sample in SAMPLES:
        try:
            names |= dict.fromkeys(convert(key, sample))
        except Exception:  # noqa: BLE001, S112 - a sample of another type
            continue
    return list(names)


def client_keys() -> str:
    """Return what becomes of every Java client key."""
    fates: dict[tuple[str, str, str], list[Kind]] = {}
    for kind in Kind:
        for key, found in table.rules(kind).items():
            fates.setdefault((key, *_fate(key, found)), []).append(kind)
    lines = [
        (code(key), "all" if len(kinds) == len(Kind) else ", ".join(kinds), what, detail)
        for (key, what, detail), kinds in sorted(fates.items())
    ]
    return rows(("Java key", "Clients", "What happens", "How, or why"), lines)


def override_keys() -> str:
    """Return what a connector may override by default, and never."""
    java = {key for kind in Kind for key in table.rules(kind)}
    never = sorted(key for key in java if policy.is_never_allowed(key))
    lines = [
        ("by default", ", ".join(map(code, sorted(policy.TUNING)))),
        ("with `Principal`", ", ".join(map(code, sorted(policy.PRINCIPAL)))),
        ("never", ", ".join(map(code, never))),
    ]
    return rows(("Allowed", "Client keys"), lines)

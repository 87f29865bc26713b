"""Label selectors, as `kubectl -l` takes them: which resources of a folder are meant.

Source: Kubernetes' "Labels and Selectors", equality-based and set-based requirements.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_COMMA = re.compile(r",(?![^(]*\))")
_KEY = r"(?P<key>[A-Za-z0-9][A-Za-z0-9._/-]*)"
_FORMS = (
    re.compile(rf"(?P<not>!)?\s*{_KEY}"),
    re.compile(rf"{_KEY}\s*(?P<not>!)?==?\s*(?P<values>[A-Za-z0-9._-]*)"),
    re.compile(rf"{_KEY}\s+(?P<not>not)?in\s*\((?P<values>[A-Za-z0-9._,\s-]*)\)"),
)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One part of a selector.

    Attributes:
        values: what the label may be; None where it only has to be there.
        negated: turned round: also fulfilled where there is no such label.
    """

    key: str
    values: frozenset[str] | None
    negated: bool

    def holds(self, labels: Mapping[str, str]) -> bool:
        """Tell whether labels fulfil it."""
        found = self.key in labels and (self.values is None or labels[self.key] in self.values)
        return found is not self.negated


@dataclass(frozen=True, slots=True)
class Selector:
    """Requirements that must all hold, and the text that they were read from."""

    text: str
    requirements: tuple[Requirement, ...]

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Tell whether a resource with these labels is meant."""
        return all(one.holds(labels) for one in self.requirements)


def parse(text: str) -> Selector:
    """Read `a=b`, `a!=b`, `a in (b, c)`, `a notin (b)`, `a`, `!a`, with commas between them.

    Raises:
        ValueError: The text is no selector; the message shows how one looks.
    """
    return Selector(text, tuple(_requirement(part.strip()) for part in _COMMA.split(text)))


def _requirement(part: str) -> Requirement:
    for form in _FORMS:
        match = form.fullmatch(part)
        if match is not None:
            found = match.groupdict()
            listed = found.get("values")
            values = None if listed is None else frozenset(one.strip() for one in listed.split(","))
            return Requirement(found["key"], values, negated=found["not"] is not None)
    msg = (
        f"{part!r} is no label selector: write team=shop, team!=shop, 'team in (a, b)', team, !team"
    )
    raise ValueError(msg)

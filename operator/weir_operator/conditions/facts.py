"""Everything that the status of a resource is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from weir_operator.client.view import ConnectorView
from weir_operator.resources.reason import Reason


class Progress(Enum):
    """Settled: nothing to do. Working: it goes on by itself. Stalled: a person must help."""

    SETTLED = auto()
    WORKING = auto()
    STALLED = auto()


@dataclass(frozen=True, slots=True)
class Verdict:
    """A condition's content: True, False or None for unknown, with reason and message."""

    status: bool | None
    reason: Reason
    message: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one resource now.

    `contact` tells whether Connect answers; without it `view` is not looked at and the last
    known connector and tasks stay. `restarts` counts the automatic restarts of each part, -1
    being the connector. `handled` is what goes under that name into the status. `previous` is
    the status before this one; `last_contact` and `now` are RFC 3339 texts.
    """

    generation: int
    name: str
    progress: Progress
    reason: Reason
    now: str
    message: str = ""
    deleting: bool = False
    contact: bool = True
    view: ConnectorView | None = None
    synced: Verdict = Verdict(None, Reason.UNKNOWN)
    validated: Verdict = Verdict(None, Reason.UNKNOWN)
    placement: Mapping[str, str] | None = None
    handled: Mapping[str, str] = field(default_factory=dict)
    restarts: Mapping[int, int] = field(default_factory=dict)
    last_contact: str | None = None
    previous: Mapping[str, Any] = field(default_factory=dict)

"""What is known of a connector when it is planned for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from weir_operator.client.view import ConnectorView


class Contact(Enum):
    """What the last reads of a cluster say of it."""

    NONE_YET = auto()
    FINE = auto()
    LOST = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class Source:
    """The former place of a connector that moves: `view` None with no `problem` is gone."""

    view: ConnectorView | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Observed:
    """One look at Connect.

    `read_at` is when the read began (monotonic seconds). `view` None means absent from the bulk
    read, which proves nothing, or absent for certain when `confirmed`. `holder` names the
    resource that owns the connector's name, if it is another one. `problem` is the sentence
    that goes with a contact that is not fine. `source` is None until looked at.
    """

    contact: Contact = Contact.NONE_YET
    problem: str = ""
    read_at: float = float("-inf")
    view: ConnectorView | None = None
    confirmed: bool = False
    holder: str = ""
    source: Source | None = None

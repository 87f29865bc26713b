"""What the controller needs from its surroundings: where desires come from, where results go."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

from weir_operator.observe.errors import OperatorError
from weir_operator.plan.model import Desired, Owner


class ReportError(OperatorError):
    """A result could not be written; it may be tried again."""

    retriable: ClassVar[bool] = True


class OwnerGoneError(ReportError):
    """The resource no longer exists, or is another one of the same name."""

    retriable: ClassVar[bool] = False


class OwnerChangedError(ReportError):
    """The resource changed since it was read: the source will bring the newer one."""


@dataclass(frozen=True, slots=True)
class Present:
    """A resource exists and looks like this: created, changed, or simply seen again."""

    desired: Desired


@dataclass(frozen=True, slots=True)
class Gone:
    """A resource no longer exists, learnt from an event or from its absence in a list."""

    uid: str


Change = Present | Gone


class DesiredSource(Protocol):
    """Where desires come from: custom resources, a folder, or memory.

    The controller calls `list` once, and acts on nothing before it has returned: this is the
    end-of-list barrier. Then it iterates `changes` until it stops. A source that must list again
    (a cut watch, a period) compares for itself and sends what it found as changes. It may repeat
    itself: a resource seen twice is one resource.
    """

    async def list(self) -> Sequence[Desired]:
        """Return every resource that exists now.

        Raises:
            OperatorError: The list cannot be had, which ends the controller.
        """
        ...

    def changes(self) -> AsyncIterator[Change]:
        """Yield what changed since `list` began, for ever, in the order of each resource."""
        ...


class Report(Protocol):
    """Where results go. Every call is bounded in time by who implements it.

    `owner` carries the uid and the last seen `resource_version`.
    """

    async def status(self, owner: Owner, status: Mapping[str, Any]) -> None:
        """Make `status` the whole status of the resource; returns when it is durable.

        Raises:
            OwnerGoneError: No such resource any more.
            ReportError: It failed and may be tried again.
        """
        ...

    async def add_finalizer(self, owner: Owner) -> None:
        """Set our finalizer, if it is not there, on exactly the resource of this uid.

        Returns when it is durable: nothing is created in Connect before.

        Raises:
            OwnerGoneError: No such resource any more, or it is being deleted.
            OwnerChangedError: It changed meanwhile; a newer `Present` will come.
            ReportError: It failed and may be tried again.
        """
        ...

    async def remove_finalizer(self, owner: Owner) -> None:
        """Take our finalizer off, if it is there; a resource that is gone is a success.

        Raises:
            OwnerChangedError: It changed meanwhile; a newer `Present` will come.
            ReportError: It failed and may be tried again.
        """
        ...

    async def event(
        self, owner: Owner, *, kind: Literal["Normal", "Warning"], reason: str, message: str
    ) -> None:
        """Tell people of a transition; never raises, and may drop what is too much."""
        ...

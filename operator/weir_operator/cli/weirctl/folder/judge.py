"""What the workers say of configs that are not written yet."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from weir_operator.cli.weirctl.guess import did_you_mean
from weir_operator.cli.weirctl.worker import connect, patiently
from weir_operator.client.detail import DetailConnect
from weir_operator.client.error import ConnectApiError
from weir_operator.client.target import ClusterTarget
from weir_operator.client.view import PluginView
from weir_operator.controller.act import is_known
from weir_operator.plan.model import Desired

CLASS = "connector.class"
_AT_ONCE = 16
_PATIENCE_S = 10.0
_NO_ANSWER = (0, 401, 403, 409, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Errors by key, an empty one for the whole; `is_known` is False where nobody could judge."""

    errors: tuple[tuple[str, str], ...] = ()
    passwords: frozenset[str] = frozenset()
    is_known: bool = True

    def sentences(self) -> list[str]:
        """Give the errors as people read them."""
        return [f"{key}: {text}" if key else text for key, text in self.errors]


@dataclass(slots=True)
class Judge:
    """Asks the workers, at most so many things at once; used as a context."""

    _apis: dict[ClusterTarget, DetailConnect] = field(default_factory=dict)
    _plugins: dict[ClusterTarget, Sequence[PluginView]] = field(default_factory=dict)
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        for api in self._apis.values():
            await api.close()

    def api(self, target: ClusterTarget) -> DetailConnect:
        """Give the client of a target."""
        if target not in self._apis:
            self._apis[target] = connect(target)
        return self._apis[target]

    async def of(self, desired: Desired) -> Verdict:
        """Let the worker judge a config."""
        target = desired.target
        if target is None:
            return Verdict()
        api = self.api(target)
        async with self._slots:
            try:
                found = await patiently(
                    lambda: api.validate(desired.connector_class, desired.config), _PATIENCE_S
                )
            except ConnectApiError as problem:
                return await self._of_failure(desired, target, problem)
        errors = tuple((one.key, text) for one in found.errors for text in one.errors)
        return Verdict(errors, found.password_keys)

    async def _of_failure(
        self, desired: Desired, target: ClusterTarget, problem: ConnectApiError
    ) -> Verdict:
        """Tell a class that the worker has not from a worker that cannot judge."""
        if problem.status in _NO_ANSWER:
            return Verdict((("", str(problem)),), is_known=False)
        try:
            if target not in self._plugins:
                self._plugins[target] = await self.api(target).plugins()
        except ConnectApiError:
            return Verdict((("", str(problem)),), is_known=False)
        plugins, wanted = self._plugins[target], desired.connector_class
        if is_known(wanted, tuple(plugins)):
            return Verdict((("", str(problem)),))
        return Verdict(((CLASS, unknown_class(wanted, [one.plugin_class for one in plugins])),))


def unknown_class(wanted: str, known: Sequence[str]) -> str:
    """Say that the workers have no such class, and which was perhaps meant."""
    told = f"the workers have no connector class {wanted}"
    simple = {name.rpartition(".")[2]: name for name in known}
    hint = did_you_mean(wanted, known) or did_you_mean(wanted.rpartition(".")[2], simple)
    return f"{told}{hint or '; they have: ' + (', '.join(sorted(known)) or 'none')}"

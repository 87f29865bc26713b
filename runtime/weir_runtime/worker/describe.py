"""The describe executor: imports, definitions and checks of connectors, with a deadline.

One executor is kept warm. What hangs in it costs the caller a deadline and the executor its
life; whoever else was waiting is asked again of the next one.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

import msgspec

from weir_runtime.aio.scope import Scope
from weir_runtime.api.config import ConfigKey, ConfigValue
from weir_runtime.api.errors import RequestTimeoutError
from weir_runtime.observe.redaction import SECRETS
from weir_runtime.storage.ports import OffsetPair
from weir_runtime.worker import protocol
from weir_runtime.worker.pipe import Launcher
from weir_runtime.worker.protocol import Description, PluginRef, Shutdown, ToChild
from weir_runtime.worker.remote import DeadlineError, ExecutorLostError, Listener, Remote

DEADLINE_S = 20.0


class Progress(Protocol):
    """Hears what is going on, and tells it in a sentence."""

    def during(self, text: str) -> AbstractContextManager[None]:
        """Name what is going on while the block runs."""
        ...

    def sentence(self) -> str:
        """Return what is going on."""
        ...


class Unheard:
    """A progress that nobody asks about."""

    def during(self, _text: str) -> AbstractContextManager[None]:
        """Name nothing."""
        return nullcontext()

    def sentence(self) -> str:
        """Return nothing."""
        return ""


class Describer:
    """Asks connectors about themselves outside of the worker process.

    Attributes:
        remote: the executor that is asked, None before the first question.
    """

    def __init__(
        self,
        scope: Scope,
        launcher: Launcher,
        listener: Listener,
        progress: Progress | None = None,
        *,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self._scope = scope
        self._launcher = launcher
        self._listener = listener
        self._progress = progress or Unheard()
        self._deadline_s = deadline_s
        self.remote: Remote | None = None
        self._starting = asyncio.Lock()
        self._numbers = itertools.count(1)
        self._cache: dict[tuple[str, str, str], Description] = {}

    async def describe(self, plugin: PluginRef) -> Description:
        """Return a plugin's definitions; remembered for each class and version.

        Raises:
            RequestTimeoutError: the import did not end in time.
            ConnectError: the import failed; with the child's trace as a note.
        """
        key = (plugin.class_name, plugin.target, plugin.version)
        if key not in self._cache:
            result = await self._call(
                lambda call: protocol.Describe(call=call, plugin=plugin),
                "retrieving the configuration definition from the connector",
            )
            found = msgspec.convert(result, Description)
            keys = msgspec.convert(found.keys, list[ConfigKey])
            self._cache[key] = msgspec.structs.replace(found, keys=keys)
        return self._cache[key]

    def described(self, plugin: PluginRef) -> Description | None:
        """Return what is remembered of a plugin, without asking."""
        return self._cache.get((plugin.class_name, plugin.target, plugin.version))

    async def validate(self, plugin: PluginRef, config: Mapping[str, str]) -> list[ConfigValue]:
        """Evaluate a connector's or a converter's own keys.

        Raises:
            RequestTimeoutError: the connector's own check did not end in time.
        """
        SECRETS.learn_config(config.get("name", ""), config)
        result = await self._call(
            lambda call: protocol.Validate(call=call, plugin=plugin, config=dict(config)),
            "performing multi-property validation for the connector",
        )
        return msgspec.convert(result, list[ConfigValue])

    async def alter_offsets(
        self, plugin: PluginRef, config: Mapping[str, str], offsets: Sequence[OffsetPair]
    ) -> bool:
        """Have the connector check offsets; True where it confirms that these are all."""
        pairs = [(dict(p), None if o is None else dict(o)) for p, o in offsets]
        result = await self._call(
            lambda call: protocol.AlterOffsets(
                call=call, plugin=plugin, config=dict(config), offsets=pairs
            ),
            "modifying offsets for the connector",
        )
        return bool(result)

    def post(self, message: ToChild) -> None:
        """Send a one-way message, if the executor is up."""
        if self.remote is not None:
            self.remote.post(message)

    def stop(self) -> None:
        """End the executor."""
        if self.remote is not None and not self.remote.ended:
            self.remote.post(Shutdown())

    async def _call(self, make: Callable[[int], ToChild], stage: str) -> Any:
        with self._progress.during(stage):
            for last in (False, True):
                remote = await self._ready()
                try:
                    return await remote.call(make, self._deadline_s)
                except DeadlineError as error:
                    remote.draining = True
                    remote.kill()
                    message = f"Request timed out. {self._progress.sentence()}".strip()
                    raise RequestTimeoutError(message) from error
                except ExecutorLostError:
                    if last:
                        raise
        raise AssertionError("unreachable")

    async def _ready(self) -> Remote:
        async with self._starting:
            if self.remote is None or self.remote.ended or self.remote.draining:
                name = f"describe-{next(self._numbers)}"
                pipe = await self._launcher(name)
                self.remote = Remote(pipe, self._listener)
                self._scope.start(self.remote.run(), name=name)
            return self.remote

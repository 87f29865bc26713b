"""The worker that a command talks to, with the patience that a person has."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import TypeVar

from weir_operator import __version__
from weir_operator.cli.weirctl.guess import did_you_mean
from weir_operator.cli.weirctl.settings import Settings
from weir_operator.client.detail import DetailConnect
from weir_operator.client.error import ConnectApiError, RebalanceError, UnavailableError
from weir_operator.client.target import ClusterTarget
from weir_operator.client.transport import Limits
from weir_operator.observe.errors import OperatorError

T = TypeVar("T")
_PAUSES_S = (0.1, 0.2, 0.4, 0.8)
# words of other tools that people type before a name
_NOUNS = frozenset({"connector", "connectors", "task", "tasks", "kafkaconnector"})


def connect(target: ClusterTarget, *, write_s: float = 20.0) -> DetailConnect:
    """Give the client of a target; a worker's log knows weirctl by its name."""
    return DetailConnect(target, Limits(write_s=write_s), agent=f"weirctl/{__version__}")


@contextlib.asynccontextmanager
async def opened(settings: Settings, target: ClusterTarget) -> AsyncIterator[DetailConnect]:
    """Give the client for one command.

    Raises:
        OperatorError: The worker still starts, or its certificate is not trusted.
    """
    api = connect(target, write_s=settings.timeout)
    try:
        yield api
    except UnavailableError as problem:
        if await _is_starting(api):
            text = f"{target.url} is still starting; wait for it with: weirctl health --wait"
            raise OperatorError(text) from problem
        if "certificate is not accepted" in str(problem):
            raise OperatorError(f"{problem}; if you trust it, give it with --ca-file") from problem
        raise
    finally:
        await api.close()


async def _is_starting(api: DetailConnect) -> bool:
    with contextlib.suppress(ConnectApiError):
        return (await api.health()).status == "starting"
    return False


async def patiently(call: Callable[[], Awaitable[T]], timeout_s: float) -> T:
    """Make a call again while the group moves work; a call that was refused so had no effect.

    Raises:
        ConnectApiError: Any other refusal, or that one when the time is over.
    """
    end = asyncio.get_running_loop().time() + timeout_s
    number = 0
    while True:
        try:
            return await call()
        except RebalanceError:
            pause = _PAUSES_S[min(number, len(_PAUSES_S) - 1)]
            number += 1
            if asyncio.get_running_loop().time() + pause > end:
                raise
            await asyncio.sleep(pause)


def unknown(name: str, known: Iterable[str]) -> str:
    """Say that there is no connector of a name, and which was perhaps meant."""
    names = list(known)
    hint = did_you_mean(name, names)
    if not hint and name in _NOUNS:
        hint = "; leave this word out and give the name alone"
    elif not hint:
        hint = "; there is none at all" if not names else "; see them with: weirctl get"
    return f"there is no connector {name!r}{hint}"

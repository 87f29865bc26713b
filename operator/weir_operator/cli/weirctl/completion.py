"""What a shell may offer for an argument: names that a worker or the file of contexts knows.

Whatever goes wrong, and whatever takes too long, offers nothing and says nothing.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem

    from weir_operator.client.detail import DetailConnect

DEADLINE_S = 0.8
_Offer = Callable[["click.Context", "click.Parameter", str], list["CompletionItem[Any]"]]
_Ask = Callable[["DetailConnect"], Coroutine[Any, Any, Iterable[str]]]


def contexts(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
    """Offer the names of contexts."""
    from weir_operator.config import context  # noqa: PLC0415 - for shells only

    with contextlib.suppress(Exception):
        return items(context.read(context.place(os.environ)).contexts, incomplete)
    return []


def _of_worker(ask: _Ask, *, once: bool = False) -> _Offer:
    """Make an offer of what a worker answers; `once` leaves out what is there already."""

    def offer(
        ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[Any]]:
        import asyncio  # noqa: PLC0415 - for shells only

        with contextlib.suppress(Exception), open(os.devnull, "w") as nowhere:  # noqa: PTH123
            with contextlib.redirect_stderr(nowhere):
                found = asyncio.run(_asked(ctx, ask))
            there = ctx.params.get(param.name or "") if once else None
            return items((name for name in found if name not in (there or ())), incomplete)
        return []

    return offer


async def _asked(ctx: click.Context, ask: _Ask) -> list[str]:
    import asyncio  # noqa: PLC0415 - for shells only

    from weir_operator.cli.weirctl.settings import of_context  # noqa: PLC0415
    from weir_operator.cli.weirctl.worker import connect  # noqa: PLC0415

    settings = of_context(ctx)
    api = connect(settings.target("completion"))
    try:
        async with asyncio.timeout(DEADLINE_S):
            return list(await ask(api))
    finally:
        await api.close()


def items(names: Iterable[str], incomplete: str) -> list[CompletionItem[Any]]:
    """Give those of some names that begin with what is typed."""
    from click.shell_completion import CompletionItem  # noqa: PLC0415 - for shells only

    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


async def _plugins(api: DetailConnect) -> list[str]:
    found = [plugin.plugin_class for plugin in await api.all_plugins()]
    return found + [name.rpartition(".")[2] for name in found]


async def _loggers(api: DetailConnect) -> list[str]:
    return [one.name for one in await api.loggers()]


connectors = _of_worker(lambda api: api.names(), once=True)
plugins = _of_worker(_plugins)
loggers = _of_worker(_loggers)

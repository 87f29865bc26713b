"""Watch the files of certificates and read them again when they change."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from typing import Final

from weir_runtime.aio.clock import Clock
from weir_runtime.api.errors import ConfigError
from weir_runtime.config.tls.live import LiveContext

INTERVAL_S: Final = 3.0
"""How long a changed file may go unseen."""

log = logging.getLogger(__name__)


class CertificateWatch:
    """Renews contexts whose files were written, replaced or linked anew.

    A file that cannot be used, such as one that is half written, leaves the context as it is; one
    warning tells why, and the file is tried again until it can be used.
    """

    def __init__(self, contexts: Iterable[LiveContext], clock: Clock) -> None:
        self._contexts = [context for context in contexts if context.source.files]
        self._clock = clock
        self._told: dict[int, str] = {}

    async def run(self) -> None:
        """Look every few seconds, until cancelled."""
        while self._contexts:
            await self._clock.sleep(INTERVAL_S)
            for number, context in enumerate(self._contexts):
                await self._look(number, context)

    async def _look(self, number: int, context: LiveContext) -> None:
        files = ", ".join(str(path) for path in context.source.files)
        try:
            renewed = await asyncio.to_thread(context.renew)
        except ConfigError as error:
            if self._told.get(number) != str(error):
                self._told[number] = str(error)
                log.warning("Certificates stay as they were: %s", error)
            return
        if renewed:
            self._told.pop(number, None)
            log.info("Certificates were read again", extra={"files": files})

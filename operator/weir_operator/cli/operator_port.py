"""The operator as its shell sees it: calls from Kopf's thread into the main loop."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, ClassVar

from weir_operator.controller.engine import Controller
from weir_operator.handlers.port import Login
from weir_operator.kube.client import KubeClient
from weir_operator.observe.errors import OperatorError
from weir_operator.sources.custom_resource import CustomResources

_BEAT_S = 1.0
_LATE_S = 10.0


class StuckError(OperatorError):
    """The main loop does not turn: only a new process helps."""

    retriable: ClassVar[bool] = False


class ShellPort:
    """Carry hints over to ``loop``; answer probes from values that need no lock."""

    def __init__(self, client: KubeClient, source: CustomResources, controller: Controller) -> None:
        self._client = client
        self._source = source
        self._controller = controller
        self._loop = asyncio.get_running_loop()
        self._beat = time.monotonic()

    def hint(self, kind: str | None, obj: Mapping[str, Any]) -> None:
        """Pass an event on."""
        self._loop.call_soon_threadsafe(self._source.hint, kind, obj)

    def watching(self) -> None:
        """Have the source look once more: events before the watch are lost."""
        self._loop.call_soon_threadsafe(self._source.watch_restarted)

    def health(self) -> Mapping[str, str]:
        """Tell how it goes.

        Raises:
            StuckError: the main loop has not turned for ten seconds.
        """
        late_s = time.monotonic() - self._beat
        if late_s > _LATE_S:
            raise StuckError(f"the main loop has not turned for {late_s:.0f} s")
        health = self._controller.health()
        return {
            "listed": str(health.listed).lower(),
            "resources": str(health.resources),
            "waiting": str(health.waiting),
            "oldestWaitSeconds": f"{health.oldest_wait_s:.1f}",
            "kubernetesSilentSeconds": f"{self._source.silence_s:.0f}",
        }

    async def login(self) -> Login:
        """Give fresh credentials, taken on the loop that owns the client."""
        asked = asyncio.run_coroutine_threadsafe(self._client.credentials(), self._loop)
        found = await asyncio.wrap_future(asked)
        return Login(
            server=found.server,
            ca_path=found.ca_path,
            insecure=not found.verify,
            token=found.token,
            username=found.username,
            password=found.password,
            certificate_path=found.certificate_path,
            private_key_path=found.private_key_path,
            proxy_url=found.proxy_url,
        )

    async def beat(self) -> None:
        """Show, until cancelled, that the main loop turns."""
        while True:
            self._beat = time.monotonic()
            await asyncio.sleep(_BEAT_S)

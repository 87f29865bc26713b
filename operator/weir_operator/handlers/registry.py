"""The handlers."""

import logging
from collections.abc import Mapping
from typing import Any

import kopf

from weir_operator.handlers.port import Port
from weir_operator.resources.connector import GROUP, PLURAL, VERSION

_log = logging.getLogger(__name__)


class Handlers:
    """What Kopf calls; each handler hands over to the port."""

    def __init__(self, port: Port) -> None:
        self._port = port

    async def startup(self, settings: Any, **_: Any) -> None:
        """Set Kopf up before its watch begins."""
        configure(settings)
        self._port.watching()

    async def login(self, **_: Any) -> Any:
        """Give credentials, first and whenever the API server refuses the last ones."""
        login = await self._port.login()
        return kopf.ConnectionInfo(**{name: getattr(login, name) for name in login.__slots__})

    async def event(self, event: Mapping[str, Any], **_: Any) -> None:
        """Pass an event on as a hint."""
        self._port.hint(event["type"], event["object"])

    async def probe(self, **_: Any) -> dict[str, str]:
        """Answer the kubelet."""
        return dict(self._port.health())

    async def cleanup(self, **_: Any) -> None:
        """Note the end of the watch."""
        _log.debug("the watch has ended")


def build(port: Port) -> Any:
    """Give a registry whose handlers call ``port``."""
    handlers = Handlers(port)
    registry = kopf.OperatorRegistry()
    kopf.on.startup(registry=registry)(handlers.startup)
    kopf.on.login(registry=registry)(handlers.login)
    kopf.on.event(GROUP, VERSION, PLURAL, registry=registry)(handlers.event)
    kopf.on.probe(registry=registry, id="operator")(handlers.probe)
    kopf.on.cleanup(registry=registry)(handlers.cleanup)
    return registry


def configure(settings: Any) -> None:
    """Leave Kopf its watch and nothing else."""
    settings.posting.enabled = False
    settings.scanning.disabled = True
    settings.peering.standalone = True
    settings.watching.server_timeout = 300
    settings.watching.client_timeout = 330
    settings.watching.connect_timeout = 5
    settings.watching.inactivity_timeout = 70
    settings.watching.chunk_size = 500
    settings.networking.request_timeout = 30
    settings.networking.connect_timeout = 5
    settings.networking.error_backoffs = (1, 2, 3, 5)
    settings.queueing.idle_timeout = 0.1
    settings.queueing.exit_timeout = 0.5
    settings.process.ultimate_exiting_timeout = None

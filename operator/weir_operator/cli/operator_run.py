"""Put the operator together and run it."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from typing import Any, NoReturn

from weir_operator.cli import operator_check
from weir_operator.cli.operator_port import ShellPort
from weir_operator.controller.engine import Controller
from weir_operator.handlers.shell import Shell
from weir_operator.kube import client
from weir_operator.kube.event import EventApi
from weir_operator.kube.resource import ConnectorApi
from weir_operator.kube.secret import SecretApi
from weir_operator.observe.errors import OperatorError
from weir_operator.sources.credential import CredentialResolver
from weir_operator.sources.custom_resource import CustomResources
from weir_operator.sources.report import ObjectReport

_log = logging.getLogger(__name__)
_GRACE_S = 1.5


async def run(namespaces: Sequence[str], *, liveness: str | None = None) -> NoReturn:
    """Work in ``namespaces``, or in all, until cancelled.

    Raises:
        OperatorError: it cannot start, or can no longer go on.
    """
    async with client.connect() as connection:
        await operator_check.ready(connection, namespaces)
        where = ", ".join(namespaces) or "all namespaces"
        _log.info("working on KafkaConnectors of %s in %s", connection.server, where)
        try:
            await _work(connection, namespaces, liveness)
        except ExceptionGroup as group:
            raise _first(group) from group
        finally:
            _log.info("stopped")
    raise OperatorError("the controller has ended")


async def _work(
    connection: client.KubeClient, namespaces: Sequence[str], liveness: str | None
) -> None:
    api = ConnectorApi(connection)
    resolver = CredentialResolver(SecretApi(connection), asyncio.get_running_loop().time)
    source = CustomResources(api, resolver, namespaces=namespaces)
    controller = Controller(source, ObjectReport(api, EventApi(connection), source))
    port = ShellPort(connection, source, controller)
    shell = Shell(port, namespaces=namespaces, liveness=liveness)
    await _beside(controller, source.run(), port.beat(), shell.run())


async def _beside(controller: Controller, *coroutines: Coroutine[Any, Any, None]) -> None:
    async with asyncio.TaskGroup() as group:
        others = [group.create_task(one) for one in coroutines]
        work = group.create_task(controller.run(), name="controller")
        try:
            await asyncio.wait({work})
        finally:
            # What is under way in Connect comes to its end, if that is soon.
            controller.stop()
            await asyncio.wait({work}, timeout=_GRACE_S)
            for other in others:
                other.cancel()


def _first(group: ExceptionGroup) -> Exception:
    known = group.subgroup(OperatorError)
    found: BaseException = known or group
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    return found if isinstance(found, OperatorError) else group

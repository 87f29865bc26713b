"""Let go of resources before the operator is uninstalled."""

import sys
from collections.abc import Sequence

from weir_operator.cli import operator_check
from weir_operator.kube import client
from weir_operator.kube.error import KubeNotFoundError
from weir_operator.kube.resource import ConnectorApi, Ref
from weir_operator.resources.connector import FINALIZER

NOT_ALL = 1


async def release(namespaces: Sequence[str], *, orphan: bool) -> int:
    """Take our finalizer off; give 1 if some resources kept it.

    Raises:
        OperatorError: the API server does not let us.
    """
    async with client.connect() as connection:
        await operator_check.ready(connection, namespaces)
        api = ConnectorApi(connection)
        held = [obj for scope in tuple(namespaces) or (None,) for obj in await _held(api, scope)]
        kept = [obj for obj in held if not orphan and _created(obj)]
        for obj in held:
            if obj not in kept:
                await _let_go(api, obj)
    return _tell(len(held) - len(kept), kept)


async def _held(api: ConnectorApi, namespace: str | None) -> list[client.Json]:
    return [
        obj
        async for page in api.pages(namespace)
        for obj in page.items
        if FINALIZER in (obj["metadata"].get("finalizers") or [])
    ]


def _created(obj: client.Json) -> bool:
    return bool((obj.get("status") or {}).get("placement"))


async def _let_go(api: ConnectorApi, obj: client.Json) -> None:
    metadata = obj["metadata"]
    ref = Ref(metadata["namespace"], metadata["name"], metadata["uid"])
    try:
        await api.set_finalizer(ref, FINALIZER, present=False)
    except KubeNotFoundError:
        return


def _tell(released: int, kept: Sequence[client.Json]) -> int:
    print(f"released: {released}")
    if not kept:
        return 0
    names = ", ".join(f"{o['metadata']['namespace']}/{o['metadata']['name']}" for o in kept)
    print(
        f"kept, as their connectors are in Connect: {len(kept)} ({names}); delete these "
        "resources while the operator runs, or leave the connectors there with --orphan",
        file=sys.stderr,
    )
    return NOT_ALL

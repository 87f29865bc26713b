"""KafkaConnector objects on an API server: list, status, finalizers."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from weir_operator.kube import client, error

GROUP = "weir.dev"
VERSION = "v1alpha1"
PLURAL = "kafkaconnectors"
KIND = "KafkaConnector"
API_VERSION = f"{GROUP}/{VERSION}"

_METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
_PAGE = 500
_ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Ref:
    """One object, not merely its name: an object made anew has another ``uid``."""

    namespace: str
    name: str
    uid: str


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list; all parts show the moment of one ``resource_version``.

    ``remaining`` is how many objects later pages hold, where the server tells.
    """

    items: list[client.Json]
    resource_version: str
    remaining: int


class ConnectorApi:
    """Read and write KafkaConnector objects."""

    def __init__(self, client: client.KubeClient) -> None:
        self._client = client

    async def pages(
        self, namespace: str | None, *, metadata_only: bool = False, limit: int = _PAGE
    ) -> AsyncIterator[Page]:
        """Give the objects of ``namespace``, or of all, page by page.

        Raises:
            KubeNotFoundError: the API server does not know the kind.
            KubeExpiredError: the list took so long that it must begin again.
        """
        query = {"limit": str(limit)}
        while True:
            answer = await self._client.request(
                "GET",
                _path(namespace),
                query=query,
                accept=_METADATA if metadata_only else client.JSON,
            )
            metadata = answer.get("metadata") or {}
            yield Page(
                items=list(answer.get("items") or []),
                resource_version=str(metadata.get("resourceVersion", "")),
                remaining=int(metadata.get("remainingItemCount") or 0),
            )
            token = metadata.get("continue")
            if not token:
                return
            query = {"limit": str(limit), "continue": token}

    async def get(self, namespace: str, name: str) -> client.Json:
        """Give one object.

        Raises:
            KubeNotFoundError: there is none of that name.
        """
        return await self._client.request("GET", _path(namespace, name))

    async def replace_status(self, ref: Ref, status: client.Json) -> client.Json:
        """Write the whole status of ``ref``; give the object as it is then.

        A merge patch cannot hold fast to one object, as the server does not
        look at a uid that arrives at the status subresource. So this is a JSON
        patch whose test fails for an object made anew under the same name.

        Raises:
            KubeNotFoundError: the object is gone, or another one has its name.
        """
        patch: list[client.Json] = [
            {"op": "test", "path": "/metadata/uid", "value": ref.uid},
            {"op": "add", "path": "/status", "value": status},
        ]
        path = _path(ref.namespace, ref.name) + "/status"
        try:
            return await self._patch(path, patch)
        except error.KubeInvalidError:
            await self._same(ref)
            raise

    async def set_finalizer(self, ref: Ref, finalizer: str, *, present: bool) -> client.Json:
        """Add or remove one finalizer of ``ref``; give the object as it is then.

        An object that is being deleted takes no new finalizer and is given as it is.

        Raises:
            KubeNotFoundError: the object is gone, or another one has its name.
            KubeConflictError: others changed it at each attempt.
        """
        for _ in range(_ATTEMPTS):
            current = await self._same(ref)
            metadata = current["metadata"]
            finalizers = list(metadata.get("finalizers") or [])
            if (finalizer in finalizers) == present or (
                present and metadata.get("deletionTimestamp")
            ):
                return current
            wanted = [name for name in finalizers if name != finalizer]
            patch = _finalizer_patch(ref, metadata, [*wanted, finalizer] if present else wanted)
            try:
                return await self._patch(_path(ref.namespace, ref.name), patch)
            except (error.KubeConflictError, error.KubeInvalidError):
                continue
        raise error.KubeConflictError(
            f"{ref.namespace}/{ref.name} was changed by others at each of {_ATTEMPTS} attempts",
            status=409,
        )

    async def _same(self, ref: Ref) -> client.Json:
        current = await self.get(ref.namespace, ref.name)
        if current["metadata"]["uid"] != ref.uid:
            raise error.KubeNotFoundError(
                f"{ref.namespace}/{ref.name} is another object by now", status=404
            )
        return current

    async def _patch(self, path: str, patch: list[client.Json]) -> client.Json:
        return await self._client.request(
            "PATCH",
            path,
            body=patch,
            content_type=client.JSON_PATCH,
            query={"fieldManager": "weir-operator"},
        )


def _path(namespace: str | None, name: str | None = None) -> str:
    path = f"/apis/{GROUP}/{VERSION}"
    if namespace is not None:
        path += f"/namespaces/{quote(namespace, safe='')}"
    path += f"/{PLURAL}"
    return path if name is None else f"{path}/{quote(name, safe='')}"


def _finalizer_patch(
    ref: Ref, metadata: client.Json, finalizers: Sequence[str]
) -> list[client.Json]:
    tests: list[client.Json] = [
        {"op": "test", "path": "/metadata/uid", "value": ref.uid},
        {
            "op": "test",
            "path": "/metadata/resourceVersion",
            "value": metadata["resourceVersion"],
        },
    ]
    if not finalizers:
        return [*tests, {"op": "remove", "path": "/metadata/finalizers"}]
    return [*tests, {"op": "add", "path": "/metadata/finalizers", "value": list(finalizers)}]

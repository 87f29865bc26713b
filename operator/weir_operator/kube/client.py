"""One authenticated connection to a Kubernetes API server."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from kubernetes.aio.client.api_client import ApiClient
from kubernetes.aio.config.config_exception import ConfigException

from weir_operator.kube import error, login

Json = dict[str, Any]

JSON = "application/json"
JSON_PATCH = "application/json-patch+json"

_GOODBYE_S = 0.1


class KubeClient:
    """Send requests to the API server; give JSON objects and our own errors."""

    def __init__(self, api: ApiClient, *, timeout_s: float = 10.0) -> None:
        self._api = api
        self._timeout_s = timeout_s

    @property
    def server(self) -> str:
        """The API server's address, for messages."""
        return str(self._api.configuration.host)

    async def credentials(self) -> login.Credentials:
        """Give what another client needs to reach the same server."""
        return await login.extract(self._api.configuration)

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Json | list[Json] | None = None,
        content_type: str = JSON,
        accept: str = JSON,
    ) -> Json:
        """Send one request and give the answer's object.

        Raises:
            KubeError: the answer is not a success, or none came in time.
        """
        try:
            async with asyncio.timeout(self._timeout_s):
                status, text = await self._send(
                    method,
                    path,
                    query=list((query or {}).items()),
                    body=body,
                    headers={"Accept": accept, "Content-Type": content_type},
                )
        except TimeoutError as cause:
            raise error.KubeUnavailableError(
                f"the Kubernetes API at {self.server} did not answer in {self._timeout_s:g} s"
            ) from cause
        except (aiohttp.ClientError, ssl.SSLError, OSError) as cause:
            raise error.KubeUnavailableError(
                f"the Kubernetes API at {self.server} cannot be reached: {cause}"
            ) from cause
        except ConfigException as cause:
            raise error.KubeLoginError(f"credentials cannot be renewed: {cause}") from cause
        return _object(status, text)

    async def _send(
        self, method: str, path: str, *, query: list[tuple[str, str]], body: Any, headers: Json
    ) -> tuple[int, bytes]:
        prepared = await self._api.param_serialize(
            method=method,
            resource_path=path,
            query_params=query,
            header_params=headers,
            body=body,
            auth_settings=["BearerToken"],
        )
        limit = aiohttp.ClientTimeout(total=self._timeout_s)
        response = await self._api.call_api(*prepared, _request_timeout=limit)
        return response.status, await response.read()

    async def close(self) -> None:
        """Close the connections."""
        await self._api.close()
        # TLS says goodbye in the background; the loop may end right after.
        await asyncio.sleep(_GOODBYE_S)


@asynccontextmanager
async def connect(*, timeout_s: float = 10.0) -> AsyncIterator[KubeClient]:
    """Log in and give a client that is closed at the end.

    Raises:
        KubeLoginError: no usable credentials were found.
    """
    configuration = await login.load()
    configuration.connection_pool_maxsize = 20
    try:
        api = ApiClient(configuration)
    except (OSError, ssl.SSLError) as cause:
        raise error.KubeLoginError(f"a certificate cannot be used: {cause}") from cause
    api.user_agent = "weir-operator"
    client = KubeClient(api, timeout_s=timeout_s)
    try:
        yield client
    finally:
        await client.close()


def _object(status: int, text: bytes) -> Json:
    try:
        body = json.loads(text) if text else {}
    except ValueError:
        body = {"message": text[:200].decode(errors="replace")}
    if not isinstance(body, dict):
        body = {"message": str(body)[:200]}
    if status >= 400:
        message = body.get("message") or f"HTTP {status}"
        raise error.from_status(status, str(body.get("reason", "")), str(message))
    return body

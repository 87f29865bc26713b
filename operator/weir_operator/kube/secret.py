"""Values out of Secrets, each read by its name."""

import base64
import binascii
from urllib.parse import quote

from weir_operator.kube import client, error
from weir_operator.observe.errors import OperatorError


class SecretValueError(OperatorError):
    """A Secret that is referred to is missing, lacks a key, or may not be read."""


class SecretApi:
    """Read Secrets by name; listing and watching them is never asked for."""

    def __init__(self, client: client.KubeClient) -> None:
        self._client = client

    async def values(self, namespace: str, name: str, keys: tuple[str, ...]) -> dict[str, bytes]:
        """Give the values of ``keys``.

        Raises:
            SecretValueError: one cannot be had; the sentence is for the user.
            KubeUnavailableError: the API server did not answer.
        """
        where = f"Secret {namespace}/{name}"
        path = f"/api/v1/namespaces/{quote(namespace, safe='')}/secrets/{quote(name, safe='')}"
        try:
            secret = await self._client.request("GET", path)
        except error.KubeNotFoundError as cause:
            raise SecretValueError(f"{where} does not exist") from cause
        except error.KubeForbiddenError as cause:
            raise SecretValueError(
                f"{where} may not be read: the operator's role needs the verb get on secrets"
            ) from cause
        data = secret.get("data") or {}
        return {key: _value(where, key, data) for key in keys}


def _value(where: str, key: str, data: client.Json) -> bytes:
    if key not in data:
        known = ", ".join(sorted(data)) or "none"
        raise SecretValueError(f"{where} has no key {key}; its keys: {known}")
    try:
        return base64.b64decode(data[key], validate=True)
    except (binascii.Error, TypeError) as cause:
        raise SecretValueError(f"{where} has no readable value of {key}") from cause

"""Events beside an object, as ``kubectl describe`` shows them."""

import datetime
import logging
import uuid
from urllib.parse import quote

from weir_operator.kube import client, error, resource

_log = logging.getLogger(__name__)
_LONGEST = 1024  # the API server's limit on a note


class EventApi:
    """Write Events about KafkaConnector objects."""

    def __init__(self, client: client.KubeClient, *, instance: str = "weir-operator") -> None:
        self._client = client
        self._instance = instance

    async def emit(self, ref: resource.Ref, *, reason: str, message: str, warning: bool) -> None:
        """Write one Event; a failure is logged and harms nothing else."""
        try:
            await self._client.request(
                "POST",
                f"/api/v1/namespaces/{quote(ref.namespace, safe='')}/events",
                body=self._body(ref, reason=reason, message=message, warning=warning),
            )
        except error.KubeError as cause:
            _log.info("an event about %s/%s is lost: %s", ref.namespace, ref.name, cause)

    def _body(self, ref: resource.Ref, *, reason: str, message: str, warning: bool) -> client.Json:
        now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {
                "name": f"{ref.name[:200]}.{uuid.uuid4().hex[:16]}",
                "namespace": ref.namespace,
            },
            "involvedObject": {
                "apiVersion": resource.API_VERSION,
                "kind": resource.KIND,
                "name": ref.name,
                "namespace": ref.namespace,
                "uid": ref.uid,
            },
            "type": "Warning" if warning else "Normal",
            "reason": reason,
            "message": _cut(message),
            "source": {"component": self._instance},
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
        }


def _cut(message: str) -> str:
    return message if len(message) <= _LONGEST else message[: _LONGEST - 1] + "…"

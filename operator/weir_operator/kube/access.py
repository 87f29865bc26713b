"""Whether the caller may do what the operator does."""

from collections.abc import Sequence
from dataclasses import dataclass

from weir_operator.kube import client, error, resource


@dataclass(frozen=True, slots=True)
class Permission:
    """One verb on one resource, such as patch on kafkaconnectors/status."""

    verb: str
    resource: str
    group: str = ""
    subresource: str = ""

    def __str__(self) -> str:
        part = f"/{self.subresource}" if self.subresource else ""
        return f"{self.verb} {self.resource}{part}"


NEEDED = (
    *(
        Permission(verb, resource.PLURAL, resource.GROUP)
        for verb in ("get", "list", "watch", "patch")
    ),
    Permission("patch", resource.PLURAL, resource.GROUP, "status"),
)
"""Without these nothing works. Secrets and events are asked for only when they are used."""


async def missing(
    client: client.KubeClient, namespace: str | None, needed: Sequence[Permission] = NEEDED
) -> list[Permission]:
    """Give those of ``needed`` that the caller lacks in ``namespace``, or in all.

    An API server that does not answer the question lets everything pass: the
    calls themselves will tell.
    """
    return [one for one in needed if not await _allowed(client, namespace, one)]


async def _allowed(
    client: client.KubeClient, namespace: str | None, permission: Permission
) -> bool:
    attributes = {
        "group": permission.group,
        "resource": permission.resource,
        "subresource": permission.subresource,
        "verb": permission.verb,
        "namespace": namespace or "",
    }
    body = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": attributes},
    }
    path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    try:
        answer = await client.request("POST", path, body=body)
    except (error.KubeForbiddenError, error.KubeNotFoundError):
        return True
    return bool((answer.get("status") or {}).get("allowed"))

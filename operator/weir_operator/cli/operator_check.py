"""What has to be there before the operator starts, each lack told in a sentence."""

from collections.abc import Sequence

from weir_operator.kube import access
from weir_operator.kube.client import KubeClient
from weir_operator.kube.error import KubeForbiddenError, KubeNotFoundError
from weir_operator.kube.resource import ConnectorApi
from weir_operator.observe.errors import OperatorError

_CRDS = "kubectl apply -f crds/"


class NotReadyError(OperatorError):
    """The cluster lacks something that an administrator has to put there."""


async def ready(client: KubeClient, namespaces: Sequence[str]) -> None:
    """Return when the kind is known and may be worked with in ``namespaces``, or in all.

    Raises:
        NotReadyError: something is missing.
        KubeError: the API server gives no answer.
    """
    for namespace in tuple(namespaces) or (None,):
        await _listable(client, namespace)
        lacking = await access.missing(client, namespace)
        if lacking:
            verbs = ", ".join(str(one) for one in lacking)
            raise NotReadyError(
                f"these credentials may not {verbs} {_place(namespace)}: {_remedy(namespace)}"
            )


async def _listable(client: KubeClient, namespace: str | None) -> None:
    try:
        async for _ in ConnectorApi(client).pages(namespace, metadata_only=True, limit=1):
            return
    except KubeNotFoundError as error:
        raise NotReadyError(
            f"the Kubernetes API at {client.server} does not know KafkaConnector: "
            f"install the definition with `{_CRDS}`"
        ) from error
    except KubeForbiddenError as error:
        raise NotReadyError(
            f"these credentials may not list KafkaConnectors {_place(namespace)} ({error}): "
            f"{_remedy(namespace)}"
        ) from error


def _remedy(namespace: str | None) -> str:
    if namespace is None:
        return (
            "grant it with `kubectl apply -k manifests/`, "
            "or name the namespaces to work in with --namespace"
        )
    return f"grant it with `kubectl apply -n {namespace} -k manifests/namespaced`"


def _place(namespace: str | None) -> str:
    return "in all namespaces" if namespace is None else f"in the namespace {namespace}"

"""What a resource says of its Connect cluster, made into a target with its secrets."""

from collections.abc import Callable
from dataclasses import dataclass, field

from weir_operator.client.target import ClusterTarget
from weir_operator.kube.error import KubeError
from weir_operator.kube.secret import SecretApi, SecretValueError
from weir_operator.plan.model import Refusal
from weir_operator.resources.connector import STRIMZI_CLUSTER_LABEL, KafkaConnector
from weir_operator.resources.reason import Reason
from weir_operator.resources.spec import External

_PEM = b"-----BEGIN CERTIFICATE-----"


@dataclass(slots=True)
class _Cached:
    values: dict[str, bytes]
    read_at: float


@dataclass(slots=True)
class CredentialResolver:
    """Resolve targets; a Secret is read again once its value is older than ``ttl_s``.

    While the API server gives no answer, the last values serve on.
    """

    secrets: SecretApi
    monotonic: Callable[[], float]
    ttl_s: float = 30.0
    _cache: dict[tuple[str, str, tuple[str, ...]], _Cached] = field(default_factory=dict)

    async def resolve(self, resource: KafkaConnector) -> ClusterTarget | Refusal:
        """Give the target of ``resource``, or why there is none.

        Raises:
            KubeError: a Secret was never read and cannot be now; try again later.
        """
        external = resource.spec.external
        if external is None:
            return _no_address(resource)
        try:
            return await self._target(resource.metadata.namespace, external)
        except SecretValueError as error:
            return Refusal(Reason.SECRET_NOT_FOUND, str(error))
        except ValueError as error:
            return Refusal(Reason.INVALID_SPEC, f"spec.external.url: {error}")

    async def _target(self, namespace: str, external: External) -> ClusterTarget:
        ca_pem = username = password = None
        if external.tls:
            ref = external.tls.ca_secret_ref
            (ca,) = await self._values(namespace, ref.name, (ref.key,))
            if _PEM not in ca:
                raise SecretValueError(
                    f"Secret {namespace}/{ref.name} holds no PEM certificate in {ref.key}"
                )
            ca_pem = ca.decode("ascii", "replace")
        if external.auth:
            basic = external.auth.basic.secret_ref
            keys = (basic.username_key, basic.password_key)
            username, password = (
                _text(namespace, basic.name, value)
                for value in await self._values(namespace, basic.name, keys)
            )
        return ClusterTarget(external.url, ca_pem=ca_pem, username=username, password=password)

    async def _values(self, namespace: str, name: str, keys: tuple[str, ...]) -> tuple[bytes, ...]:
        place = (namespace, name, keys)
        cached = self._cache.get(place)
        now = self.monotonic()
        if cached is None or now - cached.read_at >= self.ttl_s:
            try:
                values = await self.secrets.values(namespace, name, keys)
            except KubeError:
                if cached is None:
                    raise
                values = cached.values
            except SecretValueError:
                self._cache.pop(place, None)
                raise
            cached = self._cache[place] = _Cached(values, now)
        return tuple(cached.values[key] for key in keys)


def _no_address(resource: KafkaConnector) -> Refusal:
    ref = resource.spec.connect_ref
    label = resource.metadata.labels.get(STRIMZI_CLUSTER_LABEL)
    if ref is None and label is None:
        return Refusal(
            Reason.INVALID_SPEC,
            "the resource names no Connect cluster: give spec.external.url, "
            "the address of a Connect REST API",
        )
    namespace = ref.namespace if ref and ref.namespace else resource.metadata.namespace
    name = ref.name if ref else label
    origin = "spec.connectRef" if ref else f"the label {STRIMZI_CLUSTER_LABEL}"
    return Refusal(
        Reason.INVALID_SPEC,
        f"there is no KafkaConnect {namespace}/{name}, which {origin} names: "
        "give spec.external.url, the address of a Connect REST API, instead",
    )


def _text(namespace: str, name: str, value: bytes) -> str:
    try:
        # An editor's or echo's newline at the end is never meant.
        return value.decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise SecretValueError(
            f"Secret {namespace}/{name} holds a value that is no text"
        ) from error

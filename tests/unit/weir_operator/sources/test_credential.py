"""What a resource says of its cluster, with its secrets."""

from typing import Any

import pytest

from weir_operator.client.target import ClusterTarget
from weir_operator.kube.error import KubeUnavailableError
from weir_operator.kube.secret import SecretValueError
from weir_operator.plan.model import Refusal
from weir_operator.resources.connector import KafkaConnector
from weir_operator.resources.reason import Reason
from weir_operator.sources.credential import CredentialResolver

pytestmark = pytest.mark.anyio
PEM = b"-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n"
SECURE = {
    "url": "https://Connect.Example:443/",
    "tls": {"caSecretRef": {"name": "ca"}},
    "auth": {"basic": {"secretRef": {"name": "login"}}},
}


class Secrets:
    def __init__(self, **values: dict[str, bytes]) -> None:
        self.held = values
        self.reads = 0
        self.failure: Exception | None = None

    async def values(self, _namespace: str, name: str, keys: tuple[str, ...]) -> dict[str, bytes]:
        self.reads += 1
        if self.failure:
            raise self.failure
        return {key: self.held[name][key] for key in keys}


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def secrets() -> Secrets:
    return Secrets(ca={"ca.crt": PEM}, login={"username": b"me", "password": b"p\n"})


def resolver(held: Secrets, time: Time | None = None) -> CredentialResolver:
    given: Any = held
    return CredentialResolver(given, time or Time(), ttl_s=30)


def resource(labels: dict[str, str] | None = None, **spec: Any) -> KafkaConnector:
    metadata = {"name": "orders", "namespace": "shop", "labels": labels or {}}
    body = {"apiVersion": "weir.dev/v1alpha1", "kind": "KafkaConnector", "metadata": metadata}
    return KafkaConnector.model_validate({**body, "spec": {"class": "X", **spec}})


async def test_an_address_alone_needs_no_secret() -> None:
    held = secrets()
    found = await resolver(held).resolve(resource(external={"url": "http://Connect:8083/"}))
    assert found == ClusterTarget("http://connect:8083")
    assert held.reads == 0


async def test_authority_and_login_come_from_secrets() -> None:
    found = await resolver(secrets()).resolve(resource(external=SECURE))
    assert found == ClusterTarget(
        "https://connect.example", ca_pem=PEM.decode(), username="me", password="p"
    )


async def test_a_secret_is_read_again_after_its_time() -> None:
    held, time = secrets(), Time()
    made = resolver(held, time)
    for now, reads in ((0, 2), (29, 2), (30, 4)):
        time.now = now
        await made.resolve(resource(external=SECURE))
        assert held.reads == reads


async def test_an_outage_of_the_api_server_keeps_the_last_values() -> None:
    held, time = secrets(), Time()
    made = resolver(held, time)
    before = await made.resolve(resource(external=SECURE))
    time.now, held.failure = 60, KubeUnavailableError("down")
    assert await made.resolve(resource(external=SECURE)) == before


async def test_an_outage_before_the_first_read_is_no_refusal() -> None:
    held = secrets()
    held.failure = KubeUnavailableError("down")
    with pytest.raises(KubeUnavailableError):
        await resolver(held).resolve(resource(external=SECURE))


async def test_a_secret_that_was_deleted_is_refused_though_it_was_known() -> None:
    held, time = secrets(), Time()
    made = resolver(held, time)
    await made.resolve(resource(external=SECURE))
    time.now, held.failure = 60, SecretValueError("Secret shop/ca does not exist")
    assert await made.resolve(resource(external=SECURE)) == Refusal(
        Reason.SECRET_NOT_FOUND, "Secret shop/ca does not exist"
    )


async def test_an_authority_that_is_no_certificate_is_refused() -> None:
    held = secrets()
    held.held["ca"]["ca.crt"] = b"hello"
    found = await resolver(held).resolve(resource(external=SECURE))
    assert isinstance(found, Refusal)
    assert found.message == "Secret shop/ca holds no PEM certificate in ca.crt"


async def test_a_port_that_is_none_is_refused() -> None:
    found = await resolver(secrets()).resolve(resource(external={"url": "http://connect:99999"}))
    assert isinstance(found, Refusal)
    assert found.reason is Reason.INVALID_SPEC
    assert found.message.startswith("spec.external.url: ")


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (resource(), "names no Connect cluster"),
        (resource(connectRef={"name": "main"}), "KafkaConnect shop/main, which spec.connectRef"),
        (resource(connectRef={"name": "main", "namespace": "kafka"}), "KafkaConnect kafka/main"),
        (resource({"strimzi.io/cluster": "old"}), "shop/old, which the label strimzi.io/cluster"),
    ],
)
async def test_a_cluster_that_is_not_known_tells_what_works(
    given: KafkaConnector, names: str
) -> None:
    found = await resolver(secrets()).resolve(given)
    assert isinstance(found, Refusal)
    assert found.reason is Reason.INVALID_SPEC
    assert names in found.message
    assert "give spec.external.url" in found.message

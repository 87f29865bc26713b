"""KafkaConnector: a connector of a Connect cluster as a resource."""

from typing import Any, Literal

from pydantic import Field

from weir_operator.resources.model import Part
from weir_operator.resources.spec import ConnectorSpec

GROUP = "weir.dev"
VERSION = "v1alpha1"
KIND = "KafkaConnector"
PLURAL = "kafkaconnectors"
API_VERSION = f"{GROUP}/{VERSION}"

FINALIZER = f"{GROUP}/connector"
STRIMZI_CLUSTER_LABEL = "strimzi.io/cluster"


class Metadata(Part):
    """The part of an object's metadata that the operator reads."""

    name: str = Field(min_length=1)
    namespace: str = ""
    uid: str = ""
    generation: int = 1
    resource_version: str = ""
    creation_timestamp: str | None = None
    deletion_timestamp: str | None = None
    finalizers: tuple[str, ...] = ()
    labels: dict[str, str] = Field(default_factory=dict)
    annotations: dict[str, str] = Field(default_factory=dict)


class KafkaConnector(Part):
    """A whole object, of an API server or of a file."""

    api_version: Literal["weir.dev/v1alpha1"]
    kind: Literal["KafkaConnector"]
    metadata: Metadata
    spec: ConnectorSpec
    status: dict[str, Any] = Field(default_factory=dict)

    @property
    def connector_name(self) -> str:
        """The name of the connector in Connect."""
        return self.spec.name or self.metadata.name

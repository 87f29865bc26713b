"""The spec of a KafkaConnector: what people write.

The docstring of each field is what ``kubectl explain`` shows.
"""

from typing import Any, Literal

from pydantic import Field, StrictBool, StrictInt

from weir_operator.resources.model import Part

State = Literal["running", "paused", "stopped"]
DeletionPolicy = Literal["Delete", "Orphan", "Stop"]
DriftPolicy = Literal["Correct", "Warn", "Ignore"]
ManagementPolicy = Literal["Manage", "Observe"]
Adopt = Literal["IfUnmanaged", "Never"]

RESERVED_KEYS = {
    "name": "name",
    "connector.class": "class",
    "tasks.max": "tasksMax",
    "connector.plugin.version": "version",
}
"""Keys that a config may not hold, each with the field of the spec for it."""


class CaSecretRef(Part):
    """A certificate authority in a Secret."""

    name: str = Field(min_length=1, max_length=253)
    """Name of a Secret in the namespace of this resource."""
    key: str = Field(default="ca.crt", min_length=1, max_length=253)
    """Key of the Secret that holds PEM certificates. Without it, ca.crt."""


class Tls(Part):
    """How the certificate of the Connect REST API is checked."""

    ca_secret_ref: CaSecretRef
    """The certificate authorities to trust, instead of the system's."""


class BasicSecretRef(Part):
    """A user name and a password in a Secret."""

    name: str = Field(min_length=1, max_length=253)
    """Name of a Secret in the namespace of this resource."""
    username_key: str = Field(default="username", min_length=1, max_length=253)
    """Key of the user name. Without it, username."""
    password_key: str = Field(default="password", min_length=1, max_length=253)
    """Key of the password. Without it, password."""


class BasicAuth(Part):
    """HTTP basic authentication."""

    secret_ref: BasicSecretRef
    """Where the user name and the password are."""


class Auth(Part):
    """How the operator authenticates itself to the Connect REST API."""

    basic: BasicAuth
    """HTTP basic authentication."""


class External(Part):
    """A Connect cluster that runs elsewhere: ours, or Apache Kafka's."""

    url: str = Field(max_length=2048, pattern=r"^https?://[^\s/?#]+[^\s?#]*$")
    """Address of the Connect REST API, such as https://connect.example:8083."""
    tls: Tls | None = None
    """How the certificate of an https address is checked."""
    auth: Auth | None = None
    """How the operator authenticates itself."""


class ConnectRef(Part):
    """A KafkaConnect resource."""

    name: str = Field(min_length=1, max_length=253)
    """Name of the KafkaConnect."""
    namespace: str | None = Field(default=None, min_length=1, max_length=63)
    """Namespace of the KafkaConnect. Without it, that of this resource."""


class AutoRestart(Part):
    """What happens to a connector and its tasks after a failure."""

    enabled: StrictBool = True
    """Whether failed parts are restarted. Without it, true."""
    max_restarts: StrictInt | None = Field(default=None, ge=0, le=1_000_000)
    """Restarts of one part before it stays failed. Without it, no limit."""
    initial_delay_seconds: StrictInt = Field(default=10, ge=1, le=86_400)
    """Seconds until the first restart; each further wait is twice as long. Without it, 10."""
    max_delay_seconds: StrictInt = Field(default=3600, ge=1, le=86_400)
    """The longest wait in seconds. Without it, 3600."""
    reset_after_seconds: StrictInt = Field(default=600, ge=1, le=86_400)
    """Seconds without failure after which counting begins anew. Without it, 600."""


class ConnectorSpec(Part):
    """The wanted connector."""

    external: External | None = None
    """A Connect cluster by its address. Exactly one of external and connectRef is given."""
    connect_ref: ConnectRef | None = None
    """A Connect cluster by its KafkaConnect resource."""
    name: str | None = Field(default=None, min_length=1, max_length=1024)
    """Name of the connector in Connect. Without it, the name of this resource. It cannot change."""
    class_: str = Field(alias="class", min_length=1, max_length=1024)
    """Class of the connector, such as FileStreamSource: a full name, or one that Connect knows."""
    version: str | None = Field(default=None, min_length=1, max_length=256)
    """Version, or range of versions, of the plugin. Without it, the latest."""
    tasks_max: StrictInt | None = Field(default=None, ge=1, le=2_147_483_647)
    """The most tasks the connector may run. Without it, Connect's default, 1."""
    state: State = "running"
    """What the connector shall be doing. Without it, running."""
    config: dict[str, Any] = Field(default_factory=dict, max_length=1024)
    """The connector's own configuration: strings, numbers and booleans."""
    keep_keys: tuple[str, ...] = Field(default=(), max_length=1024)
    """Keys of the config that are not written here and stay as Connect has them, such as a \
password that weirctl export left out: the connector must be there already. Without it, none."""
    auto_restart: AutoRestart | None = None
    """Restarts after a failure. Without it, there are none."""
    deletion_policy: DeletionPolicy = "Delete"
    """What becomes of the connector with this resource: Delete removes it, Stop stops it, \
Orphan leaves it as it is. Without it, Delete."""
    drift_policy: DriftPolicy = "Correct"
    """What happens when the connector differs: Correct puts it right, Warn tells, \
Ignore does neither. Without it, Correct."""
    management_policy: ManagementPolicy = "Manage"
    """Manage keeps the connector as wanted; Observe reports and writes nothing. \
Without it, Manage."""
    adopt: Adopt = "IfUnmanaged"
    """What happens to a connector of this name that was there before: IfUnmanaged takes it \
when no other resource manages it, Never leaves it and reports. Without it, IfUnmanaged."""

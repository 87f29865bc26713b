"""The status of a KafkaConnector: what the operator writes.

The models give the definition its schema; the operator builds the status as a
plain mapping, which a test holds against them.
"""

from typing import Annotated, Literal

from pydantic import Field

from weir_operator.resources.model import Part

Timestamp = Annotated[str, Field(json_schema_extra={"format": "date-time"})]


class Condition(Part):
    """One aspect of the state, as Kubernetes tools read it."""

    type: str = Field(min_length=1, max_length=316)
    """Name of the aspect: Ready, Reconciling, Stalled, Validated, Synced, TasksHealthy."""
    status: Literal["True", "False", "Unknown"]
    """Whether it holds."""
    reason: str = Field(min_length=1, max_length=1024)
    """One word for programs, from a documented list."""
    message: str = Field(max_length=32768)
    """A sentence for people."""
    observed_generation: int | None = Field(default=None, ge=0)
    """The generation of the spec that this speaks of."""
    last_transition_time: Timestamp
    """When the status last changed."""


class ConnectorStatus(Part):
    """The connector as Connect reports it."""

    name: str
    """Name in Connect."""
    state: str | None = None
    """State in Connect's words, such as RUNNING, PAUSED, STOPPED or FAILED."""
    worker_id: str | None = None
    """The worker that runs it."""
    restarts: int | None = None
    """Automatic restarts since the last time without failure."""
    trace: str | None = None
    """Why it failed; at most 2 KiB."""


class TaskStatus(Part):
    """A task as Connect reports it."""

    id: int
    """Number of the task."""
    state: str
    """State in Connect's words."""
    worker_id: str | None = None
    """The worker that runs it."""
    restarts: int | None = None
    """Automatic restarts since the last time without failure."""
    trace: str | None = None
    """Why it failed; at most 2 KiB."""


class PlacementStatus(Part):
    """Where the connector was created."""

    url: str
    """Address of the Connect cluster, in normal form."""
    name: str
    """Name of the connector there."""


class HandledStatus(Part):
    """The last value of each annotation that was acted on."""

    restart: str | None = None
    """Of weir.dev/restart."""
    restart_failed: str | None = None
    """Of weir.dev/restart-failed."""
    restart_task: str | None = None
    """Of weir.dev/restart-task."""
    offsets: str | None = None
    """Of weir.dev/offsets."""


class KafkaConnectorStatus(Part):
    """The connector as it is."""

    observed_generation: int | None = Field(default=None, ge=0)
    """The generation of the spec that the conditions speak of."""
    conditions: list[Condition] = Field(
        default_factory=list,
        json_schema_extra={
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["type"],
        },
    )
    """Aspects of the state. Ready is the one to wait for."""
    connector: ConnectorStatus | None = None
    """The connector as Connect reports it."""
    tasks: list[TaskStatus] = Field(
        default_factory=list,
        json_schema_extra={"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["id"]},
    )
    """Its tasks, failed ones first where there are too many to list."""
    tasks_summary: str | None = None
    """Running tasks of all tasks, such as 2/3."""
    placement: PlacementStatus | None = None
    """Where the connector was created."""
    handled: HandledStatus | None = None
    """The annotations that were acted on."""
    last_contact: Timestamp | None = None
    """When Connect last gave an answer, if it no longer does."""

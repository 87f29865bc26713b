"""The reasons that conditions give: one list, part of the resource's interface."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why a condition has its status. Each value is documented beside it and never reused."""

    # as asked
    RUNNING = "Running"
    """The connector runs with all its tasks."""
    PAUSED = "Paused"
    """Paused, as the spec asks."""
    STOPPED = "Stopped"
    """Stopped, as the spec asks."""
    VALID = "Valid"
    """The worker's validation found no error."""
    IN_SYNC = "InSync"
    """Connect holds the config and the state of the spec."""
    ALL_RUNNING = "AllRunning"
    """No task has failed."""
    AS_ASKED = "AsAsked"
    """Nothing is left to do."""

    # under way
    PENDING = "Pending"
    """Seen, and not yet looked at in Connect."""
    CREATING = "Creating"
    """The connector is being created."""
    UPDATING = "Updating"
    """A change was sent and is not yet visible in Connect."""
    TASKS_PENDING = "TasksPending"
    """The connector runs and its tasks do not all run yet."""
    RESTARTING = "Restarting"
    """A failed part will be, or was just, restarted."""
    REBALANCING = "Rebalancing"
    """The Connect group answers 409 while it moves work; the change is sent again."""
    MOVING = "Moving"
    """The connector is taken away at its former place before it is created at the new one."""
    DELETING = "Deleting"
    """The connector is being deleted; the resource goes when Connect says it is gone."""
    RETRYING = "Retrying"
    """A call failed in a way that may pass; it is tried again with growing pauses."""
    CORRECTING = "Correcting"
    """Somebody changed the connector in Connect; it is being put right."""

    # outages
    CONNECT_UNREACHABLE = "ConnectUnreachable"
    """No usable answer from the Connect cluster; the last known status is kept."""

    # only a person can help
    INVALID_CONFIG = "InvalidConfig"
    """The config is refused; the message tells the keys. What ran before runs on."""
    UNKNOWN_CLASS = "UnknownClass"
    """The workers have no plugin of this class; the message lists what they have."""
    NAME_CONFLICT = "NameConflict"
    """Another resource owns this connector name; the message names it."""
    NOT_ADOPTED = "NotAdopted"
    """Connect already has a connector of this name and `adopt` is Never."""
    DRIFT_CONTESTED = "DriftContested"
    """Something else keeps changing the connector; it was put right three times in five minutes."""
    CONNECTOR_FAILED = "ConnectorFailed"
    """The connector itself failed and no automatic restart is asked for."""
    TASK_FAILED = "TaskFailed"
    """A task failed and no automatic restart is asked for."""
    RESTARTS_EXHAUSTED = "RestartsExhausted"
    """A failed part was restarted as often as `autoRestart.maxRestarts` allows."""
    UNAUTHORIZED = "Unauthorized"
    """Connect refuses the credentials (401 or 403)."""
    SOURCE_UNREACHABLE = "SourceUnreachable"
    """A move cannot take the connector away at its former place, so nothing is created yet."""
    INVALID_SPEC = "InvalidSpec"
    """The resource contradicts itself or names something that does not exist."""
    SECRET_NOT_FOUND = "SecretNotFound"  # noqa: S105
    """A Secret that the spec names, or a key of it, does not exist."""

    # differences that are left alone
    DRIFTED = "Drifted"
    """Connect differs from the spec and the policy says to leave it."""
    OBSERVED_ONLY = "ObservedOnly"
    """Nothing is written: `managementPolicy` is Observe."""
    NOT_FOUND = "NotFound"
    """Connect has no connector of this name."""
    UNKNOWN = "Unknown"
    """Not known yet, or no longer."""

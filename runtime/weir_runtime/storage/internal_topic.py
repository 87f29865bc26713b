"""Make and check the three internal topics, as Java does.

Source: TopicAdmin (createOrFindTopics, verifyTopicCleanupPolicyOnlyCompact),
KafkaTopicBasedBackingStore, KafkaConfigBackingStore.start.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from weir_runtime.aio.clock import Clock
from weir_runtime.api.errors import ConfigError, RetriableError, UnsupportedError
from weir_runtime.config.worker.topic import InternalTopic
from weir_runtime.kafka.ports import Admin, AuthorizationError, BrokerError, NewTopic

LOG = logging.getLogger(__name__)

RETRY_FOR_S = 900.0
RETRY_PAUSE_S = 10.0

_PURPOSES = {
    "config": "connector configurations",
    "offset": "source connector offsets",
    "status": "connector and task statuses",
}
_POLICY = "cleanup.policy"
_COMPACT = "compact"
_INVALID_REPLICATION_FACTOR = 38


async def ensure(admin: Admin, store: str, topic: InternalTopic, *, clock: Clock) -> None:
    """Create the topic of a store (config, offset or status) or check the one there is.

    What fails retriably is tried again every ten seconds for fifteen minutes.

    Raises:
        ConfigError: the topic is not compacted, has another number of partitions than it must
            have, or cannot be made as configured.
        RetriableError: the brokers could not be reached in all that time.
    """

    async def attempt() -> None:
        if not await _create(admin, store, topic):
            await check_policy(admin, store, topic.name)
        if store == "config":
            await check_single_partition(admin, topic.name)

    await _retry(attempt, clock)


async def check_policy(admin: Admin, store: str, name: str) -> None:
    """Refuse a topic whose records would be lost with time.

    Raises:
        ConfigError: the cleanup policy is something else than exactly `compact`.
    """
    try:
        policy = (await admin.topic_config(name)).get(_POLICY, _COMPACT)
    except (AuthorizationError, UnsupportedError) as error:
        LOG.warning(
            "Cannot tell whether topic %s has cleanup.policy=compact, as it must have: %s",
            name,
            error,
        )
        return
    if {part.strip() for part in policy.split(",")} != {_COMPACT}:
        purpose, key = _PURPOSES[store], f"{store}.storage.topic"
        raise ConfigError(
            f"Topic '{name}' supplied via the '{key}' property is required to have"
            f" '{_POLICY}={_COMPACT}' to guarantee consistency and durability of {purpose},"
            f" but found the topic currently has '{_POLICY}={policy}'. Continuing would likely"
            f" result in eventually losing {purpose} and problems restarting this Connect cluster"
            f" in the future. Change the '{key}' property in the Connect worker configurations to"
            f" use a topic with '{_POLICY}={_COMPACT}'."
        )


async def check_single_partition(admin: Admin, name: str) -> None:
    """Refuse a config topic in which records could change their order.

    Raises:
        ConfigError: there are more partitions than one.
    """
    found = await admin.topic_partitions(name)
    if found is not None and found != 1:
        raise ConfigError(
            f"Topic '{name}' supplied via the 'config.storage.topic' property is required to have"
            " a single partition in order to guarantee consistency of connector configurations,"
            f" but found {found} partitions."
        )


async def _create(admin: Admin, store: str, topic: InternalTopic) -> bool:
    """Return True if this call has made the topic."""
    settings = {**topic.settings, _POLICY: _COMPACT}
    try:
        return await admin.create_topic(
            NewTopic(topic.name, topic.partitions, topic.replication, settings)
        )
    except (AuthorizationError, UnsupportedError) as error:
        LOG.warning("%s. Going on as if the topic exists or the broker makes it", error)
        return False
    except BrokerError as error:
        hint = (
            f". Set {store}.storage.replication.factor to at most the number of brokers"
            if error.code == _INVALID_REPLICATION_FACTOR
            else ""
        )
        raise ConfigError(f"{error}{hint}") from error


async def _retry(attempt: Callable[[], Awaitable[None]], clock: Clock) -> None:
    deadline = clock.monotonic() + RETRY_FOR_S
    while True:
        try:
            return await attempt()
        except RetriableError as error:
            if clock.monotonic() + RETRY_PAUSE_S > deadline:
                raise
            LOG.warning("%s; trying again in %g s", error, RETRY_PAUSE_S)
        await clock.sleep(RETRY_PAUSE_S)

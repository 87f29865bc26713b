"""A worker's properties, and the catalog of a worker whose connectors are scripted."""

from __future__ import annotations

from typing import Any

import pytest

from weir_runtime.app.check.connector import Judge
from weir_runtime.app.jar import Jars, JavaPlugin

STRING = "org.apache.kafka.connect.storage.StringConverter"
DEBEZIUM = "io.debezium.connector.postgresql.PostgresConnector"


@pytest.fixture
def java_properties() -> dict[str, str]:
    """Give what a Java group has in its file."""
    return {
        "bootstrap.servers": "broker:9092",
        "group.id": "connect",
        "config.storage.topic": "configs",
        "offset.storage.topic": "offsets",
        "status.storage.topic": "statuses",
        "key.converter": STRING,
        "value.converter": STRING,
        "plugin.discovery": "hybrid_warn",
    }


@pytest.fixture
async def judge(whole: Any) -> Judge:
    """Give what connectors are judged by, over a worker without a broker."""
    jars = Jars(1, (JavaPlugin(DEBEZIUM, "source", "debezium.jar"),))
    catalog = whole.built.catalog
    return Judge(catalog, catalog._registry, catalog._settings.policy, jars)

"""Bodies and messages that the declarations show, about one connector."""

from __future__ import annotations

from typing import Final

from weir_runtime.rest import errors

NAME: Final = "orders"
PLUGIN: Final = "weir.Datagen"
CLASS: Final = "org.apache.kafka.connect.file.FileStreamSourceConnector"
WORKER: Final = "10.0.0.7:8083"

CONFIG: Final = {
    "connector.class": PLUGIN,
    "tasks.max": "1",
    "topic": "orders",
    "fields": '{"id": {"type": "sequence"}}',
    "rate": "1",
}
STORED: Final = {**CONFIG, "name": NAME}
INFO: Final = {
    "name": NAME,
    "config": STORED,
    "tasks": [{"connector": NAME, "task": 0}],
    "type": "source",
}
CREATED: Final = {**INFO, "tasks": []}
TASK_STATUS: Final = {"id": 0, "state": "RUNNING", "worker_id": WORKER, "version": "0.1.0"}
STATUS: Final = {
    "name": NAME,
    "connector": {"state": "RUNNING", "worker_id": WORKER, "version": "0.1.0"},
    "tasks": [TASK_STATUS],
    "type": "source",
}
OFFSETS: Final = {
    "offsets": [
        {
            "partition": {"kafka_topic": "orders", "kafka_partition": 0},
            "offset": {"kafka_offset": 7},
        }
    ]
}

UNKNOWN: Final = f"Connector {NAME} not found"
NO_LEADER: Final = {409: errors.NO_LEADER}
INVALID: Final = {
    400: (
        "Connector configuration is invalid and contains the following 1 error(s):\n"
        'Missing required configuration "topic" which has no default value.\n'
        "You can also find the above list of errors at the endpoint "
        "`/connector-plugins/{connectorType}/config/validate`"
    ),
    422: "config may not be empty",
}

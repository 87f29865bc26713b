"""What producers and consumers share: settings, logs, errors of the client as a whole."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from weir_runtime.api.errors import ConnectError
from weir_runtime.config.clients import librdkafka
from weir_runtime.kafka.data import error as errors

logger = logging.getLogger("weir_runtime.kafka.client")


class Health:
    """Remembers an error after which a client is of no more use.

    librdkafka reports such errors by a callback inside `poll`, where nothing may be raised.
    """

    def __init__(self) -> None:
        self._error: ConnectError | None = None

    def __call__(self, error: Any) -> None:
        """Take an error of the client as a whole."""
        if errors.is_hopeless(error):
            self._error = errors.mapped(error, "The Kafka client cannot go on")
        else:
            logger.warning("%s (%s)", error.str(), error.name())

    def check(self) -> None:
        """Raise the error, if there was one."""
        if self._error is not None:
            raise self._error


def settings(kind: str, config: Mapping[str, str], health: Health) -> dict[str, Any]:
    """Return what the client's constructor takes.

    Raises:
        ConfigError: a setting cannot be honoured.
    """
    return {
        **librdkafka.to_librdkafka(kind, config),
        "error_cb": health,
        "logger": logger,
    }

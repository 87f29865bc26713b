"""Errors of librdkafka, mapped once."""

from __future__ import annotations

from typing import Any

from confluent_kafka import KafkaError

from weir_runtime.api.errors import ConfigError, ConnectError, DataError, RetriableError

_DATA = frozenset(
    {
        KafkaError.MSG_SIZE_TOO_LARGE,
        KafkaError.INVALID_RECORD,
        KafkaError._BAD_MSG,
        KafkaError.INVALID_MSG,
    }
)
_CONFIG = frozenset({KafkaError._INVALID_ARG, KafkaError._CONFLICT})
_HOPELESS = frozenset(
    {
        KafkaError._AUTHENTICATION,
        KafkaError._FATAL,
        KafkaError._FENCED,
        KafkaError.SASL_AUTHENTICATION_FAILED,
    }
)


def mapped(error: Any, doing: str) -> ConnectError:
    """Return the project's error for a `KafkaError`; `doing` begins the sentence."""
    text = f"{doing}: {error.str()} ({error.name()})"
    code = error.code()
    if code in _DATA:
        return DataError(text)
    if code in _CONFIG:
        return ConfigError(text)
    if error.retriable() and not error.fatal():
        return RetriableError(text)
    return ConnectError(text)


def is_hopeless(error: Any) -> bool:
    """Return True for an error of a whole client that waiting does not mend."""
    return error.fatal() or error.code() in _HOPELESS

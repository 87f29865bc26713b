"""Log levels by Java's names."""

from __future__ import annotations

import logging

_NUMBERS = {
    "OFF": 100,
    "FATAL": logging.CRITICAL,
    "ERROR": logging.ERROR,
    "WARN": logging.WARNING,
    "INFO": logging.INFO,
    "DEBUG": logging.DEBUG,
    "TRACE": 5,
    "ALL": 1,
}
LEVELS = tuple(_NUMBERS)
"""Their names, the most quiet one first."""


class UnknownLevelError(LookupError):
    """A text is no level; the message is Connect's."""


def normal(text: str) -> str:
    """Return a level's name in its normal form.

    Raises:
        UnknownLevelError: there is no such level.
    """
    name = text.strip().upper()
    if name not in _NUMBERS:
        raise UnknownLevelError(f"invalid log level '{text}'.")
    return name


def number(text: str) -> int:
    """Return logging's number of a level.

    Raises:
        UnknownLevelError: there is no such level.
    """
    return _NUMBERS[normal(text)]


def name(level: int) -> str:
    """Return Java's name of a number, the next lower one for numbers in between."""
    return next((word for word, least in _NUMBERS.items() if level >= least), "ALL")


def register() -> None:
    """Make logging know the levels that only Java has, so that they may be set by name."""
    for word in ("OFF", "TRACE", "ALL"):
        logging.addLevelName(_NUMBERS[word], word)

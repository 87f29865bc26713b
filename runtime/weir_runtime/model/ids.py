"""Ids of connectors and tasks."""

from __future__ import annotations

from typing import NamedTuple


class TaskId(NamedTuple):
    """A task of a connector, numbered from 0; prints as `connector-0`."""

    connector: str
    task: int

    def __str__(self) -> str:
        return f"{self.connector}-{self.task}"

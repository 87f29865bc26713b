"""What the options that all commands share were given as."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from weir_operator.config.access import Access, AccessError, read_access
from weir_operator.observe.errors import OperatorError

if TYPE_CHECKING:
    from weir_operator.client.target import ClusterTarget


@dataclass(frozen=True, slots=True)
class Settings:
    """The shared options of one call; None where an option was not given."""

    folder: str | None = None
    connect: str | None = None
    output: str = "text"
    timeout: float = 60.0
    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None
    user: str | None = None
    verbose: bool = False

    @property
    def as_json(self) -> bool:
        """Whether a program reads the result."""
        return self.output == "json"

    def access(self) -> Access:
        """Read the credentials.

        Raises:
            OperatorError: A file or a variable cannot be used.
        """
        try:
            return read_access(
                os.environ,
                ca_file=self.ca_file,
                cert_file=self.cert_file,
                key_file=self.key_file,
                user=self.user,
            )
        except AccessError as problem:
            raise OperatorError(str(problem)) from problem

    def address(self) -> str | None:
        """Give the address of the worker that was chosen, None if none was.

        Raises:
            OperatorError: It is no address of a worker.
        """
        if self.connect is None:
            return None
        return self._target(self.connect, Access()).url

    def target(self, command: str) -> ClusterTarget:
        """Give the worker that a command is for.

        Raises:
            OperatorError: None was named, or it cannot be used.
        """
        access = self.access()
        if self.connect is None:
            raise OperatorError(f"{command} needs --connect URL")
        return self._target(self.connect, access)

    def _target(self, url: str, access: Access) -> ClusterTarget:
        from weir_operator.client.target import target_of  # noqa: PLC0415 - help does without

        try:
            return target_of(url, access)
        except ValueError as problem:
            raise OperatorError(f"--connect: {problem}") from problem

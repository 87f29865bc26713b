"""The credentials file, read again when it has changed."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Final

from weir_runtime.aio.clock import Clock
from weir_runtime.api.errors import ConfigError
from weir_runtime.rest.auth import credential
from weir_runtime.rest.auth.credential import Credentials

LOOK_S: Final = 1.0
log = logging.getLogger(__name__)


class Store:
    """Gives the credentials of a file as they are now.

    A file that has become unreadable or wrong is logged, and the users of before may go on.

    Attributes:
        generation: grows with every change.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        """Read the file.

        Raises:
            ConfigError: it cannot be read or is wrong.
        """
        self.generation = 0
        self._path = path
        self._clock = clock
        self._mark = _mark(path)
        self._looked = clock.monotonic()
        self._credentials = credential.read(path)

    def current(self) -> Credentials:
        """Return the credentials; looks at the file once a second at most."""
        now = self._clock.monotonic()
        if now - self._looked >= LOOK_S:
            self._looked = now
            mark = _mark(self._path)
            if mark != self._mark:
                self._mark = mark
                self._read()
        return self._credentials

    def _read(self) -> None:
        try:
            self._credentials = credential.read(self._path)
        except ConfigError as error:
            log.error("%s; the users of before stay", error)  # noqa: TRY400 - one line says it all
            return
        self.generation += 1
        log.info(
            "Credentials were read again",
            extra={"file": str(self._path), "users": len(self._credentials.users)},
        )


def _mark(path: Path) -> tuple[int, int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - follows the links of a mounted secret
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino

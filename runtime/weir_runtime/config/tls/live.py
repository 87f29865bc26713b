"""A context that follows its files: connections begin with what they hold now."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

Signature = tuple[tuple[int, int, int, int] | None, ...]
"""Of each file what changes when it is written, replaced or its link is turned; None if missing."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a context comes from; `make` reads the files, and raises ConfigError."""

    files: tuple[Path, ...]
    make: Callable[[], ssl.SSLContext]

    def signature(self) -> Signature:
        """Look at the files."""
        return tuple(_signature(path) for path in self.files)


class LiveContext(ssl.SSLContext):
    """Stands for the newest context of its source.

    Connections that are open keep what they began with. Sessions of an older context are not
    resumed, so that an authority that was taken away lets nobody in.
    """

    source: Source
    current: ssl.SSLContext
    _signature: Signature

    def __new__(cls, source: Source) -> Self:
        """Make the first context.

        Raises:
            ConfigError: a file cannot be read or used.
        """
        signature = source.signature()  # before the reading: what comes after is a change
        current = source.make()
        made = super().__new__(cls, current.protocol)
        made.source, made.current, made._signature = source, current, signature
        return made

    def wrap_bio(  # noqa: PLR0917 - the signature is that of ssl
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLObject:
        """Begin a connection with the newest context."""
        return self.current.wrap_bio(incoming, outgoing, server_side, server_hostname, session)

    def renew(self) -> bool:
        """Read the files again if one has changed; return whether there is a new context.

        Raises:
            ConfigError: a file cannot be read or used; the context before stays.
        """
        signature = self.source.signature()
        if signature == self._signature:
            return False
        self.current = self.source.make()
        self._signature = signature
        return True


def _signature(path: Path) -> tuple[int, int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino

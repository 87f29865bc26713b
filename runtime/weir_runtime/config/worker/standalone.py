"""What only a standalone worker has."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from weir_runtime.api.config import Config, Opt
from weir_runtime.api.validator import Check, printable


class StandaloneConfig(Config):
    """Keys of a standalone worker."""

    offset_storage_file_filename: Annotated[str, Check(printable)] = Opt(
        doc="File that source offsets are kept in."
    )

    @property
    def offset_file(self) -> Path:
        """Return the file of source offsets."""
        return Path(self.offset_storage_file_filename)

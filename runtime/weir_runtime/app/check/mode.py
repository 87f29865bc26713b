"""Whether properties are of a distributed or of a standalone worker."""

from __future__ import annotations

from collections.abc import Mapping

from weir_runtime.api.errors import ConfigError

GROUP = "group.id"
FILE = "offset.storage.file.filename"


def told(properties: Mapping[str, str], wanted: str | None) -> tuple[str, str]:
    """Return the mode, and why it is that one.

    Raises:
        ConfigError: nothing or both tell.
    """
    if wanted is not None:
        return wanted, "--mode says so"
    is_distributed, is_standalone = GROUP in properties, FILE in properties
    if is_distributed and not is_standalone:
        return "distributed", f"{GROUP} is set"
    if is_standalone and not is_distributed:
        return "standalone", f"{FILE} is set"
    which = "both are" if is_distributed else "neither is"
    raise ConfigError(
        f"Of {GROUP} (distributed) and {FILE} (standalone) {which} set; say --mode distributed or "
        "--mode standalone"
    )

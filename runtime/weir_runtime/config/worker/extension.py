"""Keys that Connect does not have."""

from __future__ import annotations

from typing import Literal

from weir_runtime.api.config import Config, Opt
from weir_runtime.api.value import invalid


class ExtensionConfig(Config):
    """Our own keys."""

    compat_strict: bool = Opt(
        False,
        doc="Answer malformed requests, equal PUTs and a PATCH of `name` as Java Connect does.",
    )
    executor_isolation: Literal["shared", "connector"] = Opt(
        "shared",
        doc="Whether connectors share processes, or each has processes of its own.",
        ignore_case=True,
    )
    executor_max_count: int | None = Opt(
        None, doc="Most processes that connectors share; unset, one per core.", ge=1
    )
    rest_request_timeout_ms: int = Opt(
        90000, doc="Time after which a request is answered with a timeout, in ms.", ge=1
    )

    def conflicts(self) -> list[str]:
        """Return what is asked for and not there."""
        if not self.compat_strict:
            return []
        return [invalid("compat.strict", True, "is not supported yet; remove the key")]

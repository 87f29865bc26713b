"""Where plugins are."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from weir_runtime.api.config import Config, Opt


class PluginConfig(Config):
    """Keys of plugins; what is installed beside the worker is found without any of them."""

    plugin_path: list[str] | None = Opt(
        None, doc="Folders whose sub-folders are plugins; each holds installed packages."
    )
    plugin_discovery: Literal["only_scan", "service_load", "hybrid_warn", "hybrid_fail"] = Opt(
        "hybrid_warn",
        doc="How Java looks for plugins. Python packages name theirs, so nothing is scanned.",
        ignore_case=True,
    )
    config_providers: list[str] = Opt([], doc="Names of what resolves `${name:path:key}`.")

    @property
    def folders(self) -> tuple[Path, ...]:
        """Return the folders of plugins."""
        return tuple(Path(folder) for folder in self.plugin_path or ())

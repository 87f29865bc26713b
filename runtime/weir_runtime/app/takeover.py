"""Which connectors of a group run here: one line of the log, once a worker has read its topics."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from weir_runtime.api.errors import ConnectError, NotFoundError
from weir_runtime.app import missing
from weir_runtime.app.jar import Jars
from weir_runtime.config.connector.definition import CONVERTERS
from weir_runtime.herder.catalog import Catalog
from weir_runtime.herder.request import CLASS
from weir_runtime.model.cluster import ClusterConfig

log = logging.getLogger(__name__)

_SHOWN = 20


def report(snapshot: ClusterConfig, catalog: Catalog) -> None:
    """Log which connectors will run and which will not, and why; nothing where there are none."""
    names = sorted(snapshot.connectors)
    if not names:
        return
    plugins = [item.class_name for item in catalog.plugins(connectors_only=True)]
    reasons = {
        name: reason
        for name in names
        if (reason := _reason(snapshot.connectors[name], catalog, plugins)) is not None
    }
    running = [name for name in names if name not in reasons]
    if not reasons:
        log.info("All %d connectors of the group can run here", len(names))
        return
    log.warning(
        "Of %d connectors of the group %d can run here%s; %d cannot: %s. "
        "weir-worker check tells more",
        len(names),
        len(running),
        f" ({_listed(running)})" if running else "",
        len(reasons),
        _listed([f"{name} ({reason})" for name, reason in reasons.items()]),
    )


def _reason(config: Mapping[str, str], catalog: Catalog, plugins: list[str]) -> str | None:
    try:
        catalog.runnable(config)
        for prefix in CONVERTERS:
            catalog.converter(prefix, config)
    except NotFoundError:
        return missing.sentence(config.get(CLASS, ""), Jars(), plugins)
    except ConnectError as error:
        return str(error)
    return None


def _listed(items: list[str]) -> str:
    more = f" and {len(items) - _SHOWN} more" if len(items) > _SHOWN else ""
    return ", ".join(items[:_SHOWN]) + more

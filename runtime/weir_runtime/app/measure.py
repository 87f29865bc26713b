"""The worker's metrics from end to end: what counts, who looks, where it is served."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from weir_runtime.aio.clock import Clock
from weir_runtime.aio.scope import Scope
from weir_runtime.app import listen
from weir_runtime.app.build import recency
from weir_runtime.config.tls.live import LiveContext
from weir_runtime.config.worker import WorkerConfig
from weir_runtime.group.meter import GroupMeter
from weir_runtime.group.ports import Group
from weir_runtime.herder.monitor import GroupSight, Monitor
from weir_runtime.herder.scene import Scene
from weir_runtime.observe import loop_lag, own_series
from weir_runtime.observe.metric import MetricRegistry
from weir_runtime.rest.metrics.request import RequestMeter

STOP_S = 1.0


class Measuring:
    """Everything about the metrics of one worker.

    Attributes:
        registry: what the process counts itself.
        group: calls and rebalances of the group's member.
        monitor: looks at the worker; None until there is one.
        contexts: what https listeners of metrics speak with, once they are served.
    """

    def __init__(self, config: WorkerConfig, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self.registry = MetricRegistry()
        self.count_request = RequestMeter(self.registry)
        self.group = GroupMeter(recency(config), lambda: clock.monotonic() * 1000)
        self.monitor: Monitor | None = None
        self.contexts: list[LiveContext] = []

    def sight(self, group: Group) -> GroupSight | None:
        """Return what is to be seen of the group; None in a standalone worker."""
        distributed = self._config.distributed
        if distributed is None:
            return None
        return GroupSight(group, self.group, distributed.group.connect_protocol)

    @asynccontextmanager
    async def serving(self, scope: Scope) -> AsyncIterator[None]:
        """Serve the metrics, where the config names listeners for them.

        Raises:
            ConfigError: a listener cannot be bound.
        """
        if not self._config.extension.metrics_listeners:
            yield
            return
        from weir_runtime.rest.metrics import name  # noqa: PLC0415 - 50 ms that few need
        from weir_runtime.rest.metrics.server import MetricServer  # noqa: PLC0415 - the same

        dialects = [name.Dialect(each) for each in self._config.extension.metrics_names]
        settings = listen.metric_settings(self._config)
        self.contexts = listen.contexts(settings)
        server = MetricServer(self._look, settings, dialects)
        lag = self.registry.histogram(own_series.LOOP_LAG)
        await server.start()
        scope.start(loop_lag.watch(lag.observe, self._clock), name="event loop lag")
        try:
            yield
        finally:
            await server.stop(STOP_S)

    def _look(self) -> Scene | None:
        return None if self.monitor is None else self.monitor.look()


def warnings(config: WorkerConfig) -> Iterator[str]:
    """Yield a sentence for each metrics listener that anyone on the network may reach."""
    for address in listen.metric_addresses(config):
        if address.is_open and not listen.is_metric_guarded(config, address):
            yield (
                f"Metrics are served on {address} without authentication: whoever reaches it sees "
                "names of connectors, topics and groups; set metrics.listeners to a loopback "
                "address or guard the network"
            )

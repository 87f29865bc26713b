"""Whether REST could listen as the file has it, and whom it would let in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from weir_runtime.aio.clock import SystemClock
from weir_runtime.api.errors import ConnectError
from weir_runtime.app import listen, login
from weir_runtime.app.check.finding import Level, Remark
from weir_runtime.config.worker import WorkerConfig

_REST = "REST"


def examine(config: WorkerConfig, environment: Mapping[str, str]) -> tuple[Remark, ...]:
    """Return why REST cannot listen, such as for a certificate, and what it would warn about."""
    makers: tuple[Callable[[], object], ...] = (
        lambda: listen.settings(config),
        lambda: listen.metric_settings(config),
        lambda: login.basic_auth(config, environment, SystemClock()),
    )
    found = []
    for make in makers:
        try:
            make()
        except ConnectError as error:
            found.append(Remark(Level.PROBLEM, _REST, str(error)))
    sentences = () if found else (*listen.warnings(config), *login.warnings(config))
    return (*found, *(Remark(Level.WARNING, _REST, sentence) for sentence in sentences))

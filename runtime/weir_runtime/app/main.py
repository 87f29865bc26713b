"""Run a worker until a signal ends it: files in, exit code out."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from weir_runtime.api.errors import ConfigError, ConnectError
from weir_runtime.app import connector_file, limit
from weir_runtime.app.connector_file import ConnectorFile
from weir_runtime.app.worker_app import ConnectorStartError, WorkerApp
from weir_runtime.config import properties
from weir_runtime.config.worker import WorkerConfig
from weir_runtime.observe import log as logging_setup
from weir_runtime.observe.redaction import SECRETS

log = logging.getLogger(__name__)

OK = 0
ERROR = 2
CONNECTOR_FAILED = 3


def run(worker_file: Path, connector_files: Sequence[Path], *, distributed: bool) -> int:
    """Run a worker and return the program's exit code; errors are one line each on stderr."""
    # it repeats every failed connection many times a second; what matters is logged by our own
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    # a reader that went away (`weir-worker … | head`) must not cost a trace for each line
    logging.raiseExceptions = False
    try:
        logging_setup.set_up(log_format=_log_format())
        given = properties.read(worker_file)
        SECRETS.learn_config("", given)
        config = WorkerConfig.parse(given, distributed=distributed)
        if "WEIR_LOG_FORMAT" not in os.environ:
            logging_setup.set_up(log_format=config.extension.log_format)
        connectors = [connector_file.read(path) for path in connector_files]
    except ConnectError as error:
        return _complain(error, ERROR)
    for warning in config.warnings:
        log.warning(warning)
    limit.raise_open_files()
    try:
        asyncio.run(_serve(config, connectors))
    except (ConnectError, BaseExceptionGroup) as error:
        cause = first(error)
        if not isinstance(cause, ConnectError):
            raise
        failed = isinstance(cause, ConnectorStartError)
        return _complain(cause, CONNECTOR_FAILED if failed else ERROR)
    return OK


async def _serve(config: WorkerConfig, connectors: Sequence[ConnectorFile]) -> None:
    stop = asyncio.Event()
    with _signals(stop):
        await WorkerApp(config).run(connectors, stop)
        log.info("Worker has stopped")


@contextlib.contextmanager
def _signals(stop: asyncio.Event) -> Iterator[None]:
    """Let SIGTERM and SIGINT end the worker in order; a second one ends it at once."""
    loop = asyncio.get_running_loop()

    def asked(number: int) -> None:
        loop.remove_signal_handler(number)
        log.info("Worker is stopping", extra={"signal": signal.Signals(number).name})
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked, number)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


def first(error: BaseException) -> BaseException:
    """Return the first error of nested groups; one made on purpose before any other."""
    if not isinstance(error, BaseExceptionGroup):
        return error
    found = [first(inner) for inner in error.exceptions]
    return next((inner for inner in found if isinstance(inner, ConnectError)), found[0])


def _log_format() -> str:
    chosen = os.environ.get("WEIR_LOG_FORMAT", "text")
    if chosen not in logging_setup.FORMATS:
        known = " or ".join(logging_setup.FORMATS)
        raise ConfigError(f"Invalid value {chosen} for the variable WEIR_LOG_FORMAT: use {known}")
    return chosen


def _complain(error: ConnectError, code: int) -> int:
    for line in str(error).splitlines():
        sys.stderr.write(f"weir-worker: {line}\n")
    return code

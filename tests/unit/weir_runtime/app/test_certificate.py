"""The watch over the files of certificates."""

import logging
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from weir_runtime.aio.scope import Scope
from weir_runtime.api.errors import ConfigError
from weir_runtime.app.certificate import INTERVAL_S, CertificateWatch
from weir_runtime.config.tls.live import LiveContext, Source


class Ticks:
    """A clock that lets a given number of waits pass, doing something before each."""

    def __init__(self, *steps: Callable[[], object]) -> None:
        self._steps = list(steps)
        self.waits: list[float] = []

    def monotonic(self) -> float:
        return float(sum(self.waits))

    def now_ms(self) -> int:
        return 0

    async def sleep(self, duration_s: float) -> None:
        self.waits.append(duration_s)
        if not self._steps:
            raise EndOfTestError
        self._steps.pop(0)()


class EndOfTestError(Exception):
    """No step is left."""


def source(file: Path) -> Source:
    def make() -> ssl.SSLContext:
        if "bad" in file.read_text():
            raise ConfigError(f"{file.name} is bad")
        return ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)

    return Source((file,), make)


async def run(context: LiveContext, *steps: Callable[[], object]) -> Ticks:
    clock = Ticks(*steps)
    with pytest.raises(ExceptionGroup):
        async with Scope() as scope:
            await scope.start(CertificateWatch([context], clock).run(), name="watch")
    return clock


async def test_a_change_is_seen_and_a_bad_file_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "weir_runtime.app.certificate")
    file = tmp_path / "store"
    file.write_text("good")
    context = LiveContext(source(file))
    first = context.current
    seen: list[ssl.SSLContext] = []
    clock = await run(
        context,
        lambda: None,
        lambda: file.write_text("bad"),
        lambda: seen.append(context.current),
        lambda: file.write_text("good again"),
        lambda: seen.append(context.current),
        lambda: file.write_text("bad"),
    )
    assert set(clock.waits) == {INTERVAL_S}
    assert seen[0] is first
    assert seen[1] is not first
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "Certificates stay as they were: store is bad"),
        ("INFO", "Certificates were read again"),
        ("WARNING", "Certificates stay as they were: store is bad"),
    ]


async def test_without_files_there_is_nothing_to_watch() -> None:
    context = LiveContext(Source((), lambda: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)))
    clock = Ticks()
    await CertificateWatch([context], clock).run()
    assert clock.waits == []

"""The broker behind `memory://`: librdkafka's mock cluster in a process of its own, for demos.

The child is this module run with `-m`; it ends when its standard input does, so that it never
outlives the worker, and the worker never loads librdkafka. What the mock cannot do (compaction,
most admin calls, more than about 5 MB a partition) is refused or absent; see the design.

Line protocol: the child prints its bootstrap address; then each line `NAME PARTITIONS` creates a
topic and is answered with `0` or the error's text.
"""

from __future__ import annotations

import asyncio
import ctypes
import importlib.util
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any

from weir_runtime.api.errors import ConnectError

FETCH_WAIT_MS = 10
"""For `ClientSettings.fetch_wait_ms`: the mock answers a waiting fetch only when its time is up."""

_START_S = 15.0
_STOP_S = 5.0
_ALREADY_EXISTS = 36
_PRODUCER = 0  # RD_KAFKA_PRODUCER


class EmbeddedBroker:
    """Parent's side of the child."""

    def __init__(self, process: Process, bootstrap: str) -> None:
        self.bootstrap = bootstrap
        self._process = process
        self._turn = asyncio.Lock()

    async def create_topic(self, name: str, partitions: int) -> bool:
        """Create a topic; False where it exists.

        Raises:
            ConnectError: the broker is gone, or refuses the topic.
        """
        async with self._turn:
            answer = await self._ask(f"{name} {partitions}")
        if answer == str(_ALREADY_EXISTS):
            return False
        if answer != "0":
            raise ConnectError(f"The embedded broker cannot create topic {name}: {answer}")
        return True

    async def stop(self) -> None:
        """End the child; its topics are gone."""
        if self._process.returncode is not None:
            return
        assert self._process.stdin is not None  # noqa: S101  # made with a pipe
        self._process.stdin.close()
        try:
            async with asyncio.timeout(_STOP_S):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def _ask(self, line: str) -> str:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None or self._process.returncode is not None:
            raise ConnectError("The embedded broker has ended")
        stdin.write(line.encode() + b"\n")
        try:
            await stdin.drain()
            answer = await stdout.readline()
        except ConnectionError as error:
            raise ConnectError("The embedded broker has ended") from error
        if not answer:
            raise ConnectError("The embedded broker has ended")
        return answer.decode().strip()


async def start() -> EmbeddedBroker:
    """Start a broker on a free port of the loopback address.

    Raises:
        ConnectError: the child does not come up.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "weir_runtime.kafka.embedded",
        stdin=PIPE,
        stdout=PIPE,
        # a Ctrl-C is for the worker, which still needs the broker while it stops
        start_new_session=True,
    )
    assert process.stdout is not None  # noqa: S101  # made with a pipe
    try:
        async with asyncio.timeout(_START_S):
            first = await process.stdout.readline()
    except TimeoutError:
        first = b""
    except asyncio.CancelledError:
        process.kill()
        raise
    if not first:
        if process.returncode is None:
            process.kill()
        code = await process.wait()
        raise ConnectError(f"The embedded broker did not start (exit code {code})")
    return EmbeddedBroker(process, first.decode().strip())


# The child


def serve() -> None:
    """Run the mock cluster until standard input ends."""
    library = _library()
    cluster = _cluster(library)
    library.rd_kafka_mock_group_initial_rebalance_delay_ms(cluster, 0)
    _reply(library.rd_kafka_mock_cluster_bootstraps(cluster).decode())
    for line in sys.stdin:
        _reply(_create(library, cluster, line))


def _cluster(library: Any) -> int:
    """Make a mock cluster of one broker, and the client that it lives with."""
    reason = ctypes.create_string_buffer(512)
    conf = library.rd_kafka_conf_new()
    for key, value in ((b"test.mock.num.brokers", b"1"), (b"log_level", b"2")):
        if library.rd_kafka_conf_set(conf, key, value, reason, len(reason)):
            raise ConnectError(f"librdkafka refuses {key.decode()}: {reason.value.decode()}")
    client = library.rd_kafka_new(_PRODUCER, conf, reason, len(reason))
    if not client:
        raise ConnectError(f"librdkafka does not start: {reason.value.decode()}")
    cluster: int = library.rd_kafka_handle_mock_cluster(client)
    return cluster


def _create(library: Any, cluster: int, line: str) -> str:
    name, _, partitions = line.strip().rpartition(" ")
    if not name or not partitions.isdecimal():
        return "the line is not NAME PARTITIONS"
    return str(library.rd_kafka_mock_topic_create(cluster, name.encode(), int(partitions), 1))


def _reply(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _library() -> Any:
    """Load the wheel's own librdkafka, with types for what is called here."""
    spec = importlib.util.find_spec("confluent_kafka")
    if spec is None or spec.origin is None:
        raise ConnectError("confluent-kafka is not installed")
    package = Path(spec.origin).parent
    found = sorted(package.with_name("confluent_kafka.libs").glob("librdkafka*.so*"))
    # an own build of the extension uses the system's
    library = ctypes.CDLL(str(found[0]) if found else "librdkafka.so.1")
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for name, result, arguments in (
        ("rd_kafka_conf_new", pointer, []),
        ("rd_kafka_conf_set", number, [pointer, text, text, text, ctypes.c_size_t]),
        ("rd_kafka_new", pointer, [number, pointer, text, ctypes.c_size_t]),
        ("rd_kafka_handle_mock_cluster", pointer, [pointer]),
        ("rd_kafka_mock_cluster_bootstraps", text, [pointer]),
        ("rd_kafka_mock_topic_create", number, [pointer, text, number, number]),
        ("rd_kafka_mock_group_initial_rebalance_delay_ms", None, [pointer, ctypes.c_int32]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


if __name__ == "__main__":
    serve()

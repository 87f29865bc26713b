"""Start executors as fresh interpreters.

Never by fork: a librdkafka client does not survive one. The child gets one end of a socket pair
and exits when the other end closes, so it never outlives its worker.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import logging
import os
import signal
import socket
import sys
from collections.abc import Mapping

from weir_runtime.aio.scope import Scope
from weir_runtime.observe.redaction import SECRETS
from weir_runtime.worker import frame
from weir_runtime.worker.protocol import ToChild, ToParent

log = logging.getLogger("weir_runtime.executor.output")

MODULE = "weir_runtime.worker.executor"
KEPT_LINES = 20


class ProcessPipe:
    """A pipe to a child process; keeps the last lines it printed for the cause of its end."""

    def __init__(
        self,
        name: str,
        process: asyncio.subprocess.Process,
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self.name = name
        self._process = process
        self._reader, self._writer = streams
        self._lines: collections.deque[str] = collections.deque(maxlen=KEPT_LINES)
        self._drained = asyncio.Event()

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._process.pid

    async def read(self) -> ToParent | None:
        """Return the next message, None once the child is gone or talks nonsense."""
        try:
            return await frame.read_from_child(self._reader)
        except frame.FrameError as error:
            self._lines.append(str(error))
            self.kill()
            return None

    def write(self, message: ToChild) -> None:
        """Queue a message; dropped when the child is gone."""
        if not self._writer.is_closing():
            self._writer.write(frame.encode(message))

    def kill(self) -> None:
        """Send SIGKILL."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def wait_ended(self) -> str:
        """Close the socket, wait for the exit and say what it was."""
        self._writer.close()
        code = await self._process.wait()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                await self._drained.wait()
        return _cause(code, self._lines)

    async def keep_output(self) -> None:
        """Log what the child prints and remember its end; returns when the child closes it."""
        output = self._process.stdout
        try:
            while output is not None and (line := await _line(output)):
                text = SECRETS.clean(line.decode(errors="replace").rstrip("\r\n"))
                self._lines.append(text)
                log.info("%s", text, extra={"executor": self.name})
        finally:
            self._drained.set()


class ProcessLauncher:
    """Starts child processes of this interpreter."""

    def __init__(self, scope: Scope, environment: Mapping[str, str] | None = None) -> None:
        self._scope = scope
        self._environment = dict(os.environ if environment is None else environment)

    async def __call__(self, name: str) -> ProcessPipe:
        """Start a child; it says hello once it has imported what it needs."""
        mine, theirs = socket.socketpair()
        mine.setblocking(False)
        with theirs:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                MODULE,
                "--fd",
                str(theirs.fileno()),
                pass_fds=[theirs.fileno()],
                # a print of a connector must not break the lines of the worker's log
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                env=self._environment,
                # a Ctrl-C is for the worker, which then stops its executors in order
                start_new_session=True,
            )
        streams = await asyncio.open_connection(sock=mine)
        pipe = ProcessPipe(name, process, streams)
        self._scope.start(pipe.keep_output(), name=f"output of {name}")
        return pipe


async def _line(stream: asyncio.StreamReader) -> bytes:
    try:
        return await stream.readline()
    except ValueError:  # a line beyond the stream's limit
        return b"(a line too long to show)\n"


def _cause(code: int, lines: collections.deque[str]) -> str:
    if code < 0:
        how = f"was killed by signal {-code} ({_signal_name(-code)})"
    else:
        how = f"ended with exit code {code}"
    tail = "\n".join(lines)
    return f"The executor process {how}." + (f" Its last output:\n{tail}" if tail else "")


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "unknown"

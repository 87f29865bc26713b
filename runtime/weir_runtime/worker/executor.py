"""The child: reads frames and runs connectors and tasks.

Started as `python -m weir_runtime.worker.executor --fd N`, with N one end of a socket pair.
"""

from __future__ import annotations

import argparse
import os
import socket
from collections.abc import Sequence

from weir_runtime.worker import protocol
from weir_runtime.worker.frame import Channel, SocketChannel


class Executor:
    """Runs connectors and tasks at the will of what stands at the other end of `channel`."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def run(self) -> None:
        """Serve until the parent asks to end or is gone."""
        self._channel.send(protocol.Hello(pid=os.getpid()))
        while (message := self._channel.receive()) is not None:
            if isinstance(message, protocol.Shutdown):
                return


def main(arguments: Sequence[str] | None = None) -> int:
    """Run an executor on the socket that the parent has passed on."""
    parser = argparse.ArgumentParser(prog="weir-executor")
    parser.add_argument("--fd", type=int, required=True, help="number of the inherited socket")
    options = parser.parse_args(arguments)
    with socket.socket(fileno=options.fd) as peer:
        Executor(SocketChannel(peer)).run()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Bounds on what a broker may send: frames and SCRAM iterations.

aiokafka has neither: a hostile or mistaken peer (an HTTP port, say) announces a frame of
gigabytes and the client reads on, or asks for so many hash rounds that a core is gone.
"""

from __future__ import annotations

import struct
from typing import Any

from aiokafka.conn import AIOKafkaConnection, ScramAuthenticator

# Java brokers' own bound for requests; answers of our clients stay far below it
MAX_FRAME_BYTES = 104_857_600
MAX_SCRAM_ITERATIONS = 1_000_000

_LENGTH = struct.Struct(">i")


async def _read(connection: Any) -> None:
    strong = connection()
    if strong is None:
        return
    reader = strong._reader
    peer = f"{strong.host}:{strong.port}"
    del strong  # only the weak reference may keep the connection while waiting
    while True:
        (size,) = _LENGTH.unpack(await reader.readexactly(4))
        check_size(size, peer)
        frame = await reader.readexactly(size)
        strong = connection()
        if strong is None:
            return
        strong._handle_frame(frame)
        del strong


def check_size(size: int, peer: str) -> None:
    """Refuse a frame that no Kafka broker sends.

    Raises:
        ConnectionError: the peer has announced a frame beyond the bound.
    """
    if not 0 < size <= MAX_FRAME_BYTES:
        raise ConnectionError(
            f"{peer} announced a frame of {size} bytes, the bound is {MAX_FRAME_BYTES}:"
            " this is no Kafka listener, or security.protocol differs from the listener's"
        )


def _create_salted_password(authenticator: Any, salt: bytes, iterations: int) -> None:
    if iterations > MAX_SCRAM_ITERATIONS:
        raise ConnectionError(
            f"The broker asked for {iterations} SCRAM iterations,"
            f" the bound is {MAX_SCRAM_ITERATIONS}"
        )
    _original_salted_password(authenticator, salt, iterations)


_original_salted_password = ScramAuthenticator.create_salted_password


def install() -> None:
    """Put the bounds into the client's classes; doing it twice is doing it once."""
    AIOKafkaConnection._read = staticmethod(_read)
    ScramAuthenticator.create_salted_password = _create_salted_password

import asyncio
import struct
from typing import Any

import pytest
from aiokafka.conn import AIOKafkaConnection, ScramAuthenticator

from weir_runtime.kafka.control import frame


@pytest.mark.parametrize("size", [-1, 0, frame.MAX_FRAME_BYTES + 1, 0x48545450])
def test_sizes_that_no_broker_sends_are_refused(size: int) -> None:
    with pytest.raises(ConnectionError, match="no Kafka listener"):
        frame.check_size(size, "h:1")


def test_the_largest_frame_passes() -> None:
    frame.check_size(frame.MAX_FRAME_BYTES, "h:1")


class Connection:
    """What the reader sees of a connection."""

    host, port = "h", 1

    def __init__(self, data: bytes) -> None:
        self._reader = asyncio.StreamReader()
        self._reader.feed_data(data)
        self._reader.feed_eof()
        self.frames: list[bytes] = []

    def _handle_frame(self, content: bytes) -> None:
        self.frames.append(content)


async def test_frames_are_handed_over_until_one_is_too_large() -> None:
    frame.install()
    connection: Any = Connection(struct.pack(">i2si3s", 2, b"ab", 2**31 - 1, b"xyz"))
    with pytest.raises(ConnectionError):
        await AIOKafkaConnection._read(lambda: connection)
    assert connection.frames == [b"ab"]


async def test_a_broker_cannot_ask_for_endless_hash_rounds() -> None:
    frame.install()
    authenticator = ScramAuthenticator(
        loop=asyncio.get_running_loop(),
        sasl_plain_password="p",
        sasl_plain_username="u",
        sasl_mechanism="SCRAM-SHA-256",
    )
    with pytest.raises(ConnectionError, match="SCRAM iterations"):
        authenticator.create_salted_password(b"salt", 10**9)
    authenticator.create_salted_password(b"salt", 4096)
    assert len(authenticator._salted_password) == 32

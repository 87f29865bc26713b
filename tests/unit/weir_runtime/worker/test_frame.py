"""Messages survive the border, and nonsense does not pass it."""

import asyncio
import contextlib
import socket
import struct
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weir_runtime.worker import frame, protocol
from weir_runtime.worker.frame import FrameError, SocketChannel

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2),
    max_leaves=3,
)
OFFSETS = st.dictionaries(st.text(max_size=3), JSON, max_size=2)


def both_ways(message: Any) -> Any:
    return frame.decode_to_parent(frame.encode(message)[4:])


@given(st.lists(st.tuples(OFFSETS, st.none() | OFFSETS), max_size=3))
def test_offsets_arrive_as_they_were_sent(pairs: list[Any]) -> None:
    message = protocol.WriteOffsets(call=1, connector="c", offsets=pairs)
    assert both_ways(message) == message


@given(st.binary(max_size=200))
def test_nonsense_is_an_error_of_the_frame_and_nothing_else(body: bytes) -> None:
    for decode in (frame.decode_to_child, frame.decode_to_parent):
        with contextlib.suppress(FrameError):
            decode(body)


def test_a_message_of_the_other_direction_is_refused() -> None:
    body = frame.encode(protocol.Hello(pid=1))[4:]
    with pytest.raises(FrameError, match="not a message to a child"):
        frame.decode_to_child(body)


@pytest.fixture
def pair() -> Any:
    mine, theirs = socket.socketpair()
    channel = SocketChannel(theirs)
    with mine:
        yield mine, channel
    channel.close()


def test_a_frame_may_arrive_in_pieces(pair: Any) -> None:
    mine, channel = pair
    data = frame.encode(protocol.SetLogLevel(namespace="root", level="DEBUG"))

    def feed() -> None:
        for byte in data:
            mine.sendall(bytes([byte]))

    threading.Thread(target=feed).start()
    assert channel.receive() == protocol.SetLogLevel(namespace="root", level="DEBUG")


def test_a_length_beyond_the_bound_is_refused_before_anything_is_read(pair: Any) -> None:
    mine, channel = pair
    mine.sendall(struct.pack(">I", frame.MAX_BODY_BYTES + 1))
    with pytest.raises(FrameError, match="at most"):
        channel.receive()


@pytest.mark.parametrize("sent", [b"", b"\0\0", struct.pack(">I", 9) + b"abc"])
def test_a_parent_that_goes_away_ends_the_reading(sent: bytes, pair: Any) -> None:
    mine, channel = pair
    mine.sendall(sent)
    mine.close()
    assert channel.receive() is None
    channel.send(protocol.Hello(pid=1))


def test_closing_wakes_a_reader(pair: Any) -> None:
    _, channel = pair
    heard: list[Any] = []
    thread = threading.Thread(target=lambda: heard.append(channel.receive()))
    thread.start()
    channel.close()
    thread.join(5)
    assert heard == [None]


async def test_the_parent_reads_what_children_send() -> None:
    reader = asyncio.StreamReader()
    reader.feed_data(frame.encode(protocol.Hello(pid=7)) + b"\0\0\0\x09cut")
    reader.feed_eof()
    assert await frame.read_from_child(reader) == protocol.Hello(pid=7)
    assert await frame.read_from_child(reader) is None

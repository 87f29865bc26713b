"""Frames of the border: a 4-byte big-endian length and a msgpack body.

The parent reads and writes on its event loop, the child with a blocking socket. Every length is
bounded before anything is read, so that a broken peer cannot make the other one grow.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from typing import Protocol

import msgspec

from weir_runtime.worker.protocol import Message, ToChild, ToParent

MAX_BODY_BYTES = 64 * 1024 * 1024
"""A config is a few KiB; the largest lists of offsets stay far below this."""

_LENGTH = struct.Struct(">I")
_encoder = msgspec.msgpack.Encoder()
_to_child: msgspec.msgpack.Decoder[ToChild] = msgspec.msgpack.Decoder(ToChild)
_to_parent: msgspec.msgpack.Decoder[ToParent] = msgspec.msgpack.Decoder(ToParent)


class FrameError(Exception):
    """The other side has sent what is no frame; the connection is of no more use."""


def encode(message: Message) -> bytes:
    """Return the whole frame of a message.

    Raises:
        FrameError: the message is longer than a frame may be.
    """
    body = _encoder.encode(message)
    if len(body) > MAX_BODY_BYTES:
        raise FrameError(f"a {type(message).__name__} of {len(body)} bytes does not fit a frame")
    return _LENGTH.pack(len(body)) + body


def decode_to_child(body: bytes) -> ToChild:
    """Return the message that a parent has sent.

    Raises:
        FrameError: the body is none of them.
    """
    try:
        return _to_child.decode(body)
    except msgspec.MsgspecError as error:
        raise FrameError(f"not a message to a child: {error}") from error


def decode_to_parent(body: bytes) -> ToParent:
    """Return the message that a child has sent.

    Raises:
        FrameError: the body is none of them.
    """
    try:
        return _to_parent.decode(body)
    except msgspec.MsgspecError as error:
        raise FrameError(f"not a message to a parent: {error}") from error


def _body_length(prefix: bytes) -> int:
    (length,) = _LENGTH.unpack(prefix)
    if length > MAX_BODY_BYTES:
        raise FrameError(f"a frame of {length} bytes is announced; at most {MAX_BODY_BYTES} fit")
    return int(length)


async def read_from_child(reader: asyncio.StreamReader) -> ToParent | None:
    """Return the next message of a child, None once it has closed its end.

    A connection that breaks inside a frame counts as closed: the child is gone.

    Raises:
        FrameError: the bytes are no frame.
    """
    try:
        prefix = await reader.readexactly(_LENGTH.size)
        body = await reader.readexactly(_body_length(prefix))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return decode_to_parent(body)


class Channel(Protocol):
    """The child's end of the border."""

    def send(self, message: ToParent) -> None:
        """Send from any thread; dropped once the parent is gone."""
        ...

    def receive(self) -> ToChild | None:
        """Wait for the next message; None once the parent is gone. One thread only."""
        ...

    def close(self) -> None:
        """Close; a `receive` that waits returns None."""
        ...


class SocketChannel:
    """A `Channel` over one end of a socket pair, which it owns."""

    def __init__(self, peer: socket.socket) -> None:
        peer.setblocking(True)
        self._socket = peer
        self._lock = threading.Lock()

    def send(self, message: ToParent) -> None:
        """Send from any thread; dropped once the parent is gone."""
        frame = encode(message)
        with self._lock:
            try:
                self._socket.sendall(frame)
            except OSError:
                # the reading thread sees the same end of the socket and acts on it
                return

    def receive(self) -> ToChild | None:
        """Wait for the next message; None once the parent is gone."""
        prefix = self._exactly(_LENGTH.size)
        if prefix is None:
            return None
        body = self._exactly(_body_length(prefix))
        return None if body is None else decode_to_child(body)

    def close(self) -> None:
        """Shut both directions; a `receive` that waits returns None."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _exactly(self, size: int) -> bytes | None:
        parts = bytearray()
        while len(parts) < size:
            try:
                part = self._socket.recv(size - len(parts))
            except OSError:
                return None
            if not part:
                return None
            parts += part
        return bytes(parts)

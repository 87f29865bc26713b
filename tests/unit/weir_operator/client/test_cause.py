"""Causes in a few words."""

import errno
import socket
import ssl

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey

from weir_operator.client import cause

KEY = ConnectionKey("c", 8083, False, True, None, None, None)


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (OSError(errno.ECONNREFUSED, "Connect call failed"), "connection refused"),
        (OSError(errno.ETIMEDOUT, "x"), "timed out"),
        (OSError(errno.EHOSTUNREACH, "x"), "no route to host"),
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "name not known"),
        (socket.gaierror(socket.EAI_AGAIN, "later"), "the name cannot be looked up: later"),
        (ssl.SSLError(1, "broken"), "TLS: broken"),
        (OSError("two\nlines"), "two lines"),
    ],
)
def test_a_connection_fails_for_one_short_cause(problem: OSError, words: str) -> None:
    assert cause.of_connection(aiohttp.ClientConnectorError(KEY, problem)) == words


@pytest.mark.parametrize("problem", [TimeoutError(), aiohttp.ConnectionTimeoutError()])
def test_a_connection_that_takes_too_long_timed_out(problem: BaseException) -> None:
    assert cause.of_connection(problem) == "timed out"


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (TimeoutError(), "no whole answer within the time limit"),
        (aiohttp.ServerDisconnectedError(), "the connection was closed before the answer"),
        (aiohttp.ClientPayloadError("x"), "the connection was closed within the answer"),
        (ConnectionResetError(errno.ECONNRESET, "x"), "connection reset"),
        (ValueError(), "ValueError"),
    ],
)
def test_an_exchange_fails_for_one_short_cause(problem: BaseException, words: str) -> None:
    assert cause.of_exchange(problem) == words

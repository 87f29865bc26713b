"""Why a connection failed, in a few words that people know."""

from __future__ import annotations

import errno
import os
import socket
import ssl

import aiohttp

_ERRNO_WORDS = {
    errno.ECONNREFUSED: "connection refused",
    errno.ETIMEDOUT: "timed out",
    errno.ECONNRESET: "connection reset",
}


def of_connection(problem: BaseException) -> str:
    """Say why no connection was made: `connection refused`, `TLS: wrong version number`."""
    if isinstance(problem, TimeoutError | aiohttp.ServerTimeoutError):
        return "timed out"
    cause = _innermost(problem)
    if isinstance(cause, ssl.SSLError):
        return f"TLS: {_of_tls(cause)}"
    if isinstance(cause, ssl.CertificateError):
        return f"TLS: the certificate is not accepted: {cause}"
    if isinstance(cause, socket.gaierror):
        return _of_name(cause)
    if isinstance(cause, OSError) and cause.errno:
        return _ERRNO_WORDS.get(cause.errno) or os.strerror(cause.errno).lower()
    return one_line(cause)


def of_exchange(problem: BaseException) -> str:
    """Say why an exchange on a connection did not come to its end."""
    if isinstance(problem, TimeoutError):
        return "no whole answer within the time limit"
    if isinstance(problem, aiohttp.ServerDisconnectedError):
        return "the connection was closed before the answer"
    if isinstance(problem, aiohttp.ClientPayloadError):
        return "the connection was closed within the answer"
    if isinstance(problem, aiohttp.ClientResponseError):
        return "the answer is not HTTP"
    if isinstance(problem, OSError) and problem.errno:
        return _ERRNO_WORDS.get(problem.errno) or os.strerror(problem.errno).lower()
    return one_line(problem)


def one_line(problem: BaseException) -> str:
    """Give an error's own words as one line."""
    return " ".join(str(problem).split()) or type(problem).__name__


def _innermost(problem: BaseException) -> BaseException:
    if isinstance(problem, aiohttp.ClientConnectorCertificateError):
        return problem.certificate_error
    if isinstance(problem, aiohttp.ClientConnectorError):
        return problem.os_error
    return problem


def _of_name(problem: socket.gaierror) -> str:
    if problem.errno == socket.EAI_NONAME:
        return "name not known"
    return f"the name cannot be looked up: {problem.strerror or problem}"


def _of_tls(problem: ssl.SSLError) -> str:
    # only what OpenSSL raised has a reason
    reason = getattr(problem, "reason", None) or one_line(problem)
    if isinstance(problem, ssl.SSLCertVerificationError):
        words = getattr(problem, "verify_message", None) or reason
        return f"the certificate is not accepted: {words}"
    if reason == "WRONG_VERSION_NUMBER":
        return "the server does not speak it; is it an http:// address?"
    return str(reason).replace("_", " ").lower()

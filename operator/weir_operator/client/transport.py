"""One bounded HTTP exchange with a Connect worker."""

from __future__ import annotations

import asyncio
import json
import ssl
import tempfile
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

from weir_operator.client import cause, error
from weir_operator.client.target import ClusterTarget
from weir_operator.config.access import KEY_PASSWORD_VARIABLE

_CHUNK = 64 * 1024
# above this, decoding would hold the event loop for more than about ten milliseconds
_DECODE_ASIDE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of every call: times in seconds, the size of an answer in bytes."""

    connect_s: float = 5.0
    read_s: float = 8.0
    write_s: float = 20.0
    answer_bytes: int = 256 * 1024 * 1024


class TooLargeError(ValueError):
    """An answer is larger than its limit."""


def tls_context(target: ClusterTarget) -> ssl.SSLContext:
    """Build the TLS settings of a target.

    Raises:
        error.UnauthorizedError: A certificate or key is no usable PEM.
    """
    try:
        context = ssl.create_default_context(cadata=target.ca_pem or None)
        if target.cert_pem:
            # the ssl module takes a client certificate from a file only
            with tempfile.NamedTemporaryFile("w", suffix=".pem") as chain:
                chain.write(f"{target.cert_pem}\n{target.key_pem or ''}\n")
                chain.flush()
                context.load_cert_chain(Path(chain.name), password=lambda: _key_password(target))
    except (ssl.SSLError, ValueError) as problem:
        message = f"the certificates for {target.url} cannot be used: {problem}"
        raise error.UnauthorizedError(message) from problem
    return context


def _key_password(target: ClusterTarget) -> str:
    # without an answer of ours OpenSSL would ask for it on the terminal
    if target.key_password is None:
        msg = f"the key is encrypted: give its password in {KEY_PASSWORD_VARIABLE} or in a context"
        raise ValueError(msg)
    return target.key_password


async def _body(response: aiohttp.ClientResponse, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in response.content.iter_chunked(_CHUNK):
        size += len(part)
        if size > limit:
            msg = f"the answer is larger than {limit} bytes"
            raise TooLargeError(msg)
        parts.append(part)
    return b"".join(parts)


async def _decoded(body: bytes) -> Any:
    if not body.strip():
        return None
    if len(body) > _DECODE_ASIDE:
        return await asyncio.to_thread(json.loads, body)
    return json.loads(body)


def _message(body: Any) -> str | None:
    """Give the message of Connect's error body, None if it is not of that shape."""
    if isinstance(body, dict) and "error_code" in body:
        return str(body.get("message") or "")
    return None


class Transport:
    """Sends requests to one target; made outside a loop, it connects with the first call."""

    def __init__(self, target: ClusterTarget, limits: Limits, agent: str) -> None:
        self._target = target
        self._limits = limits
        self._agent = agent
        self._session: aiohttp.ClientSession | None = None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            target = self._target
            tls = tls_context(target) if target.url.startswith("https:") else True
            headers = {"Accept": "application/json", "User-Agent": self._agent}
            if target.username is not None:
                headers["Authorization"] = aiohttp.encode_basic_auth(
                    target.username, target.password or ""
                )
            elif target.token is not None:
                headers["Authorization"] = f"Bearer {target.token}"
            headers.update(target.headers)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=tls, limit=32),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=headers,
            )
        return self._session

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def request(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        write: bool = False,
        also: Container[int] = (),
    ) -> Any:
        """Send one request and return the decoded answer, None when it has no body.

        `path` is percent-encoded already. `write` takes the longer limit of calls with effects,
        whose outcome is unknown when the connection breaks after it was made. A status in `also`
        is an answer like any other, if it is JSON.

        Raises:
            error.ConnectApiError: Any answer but 2xx, or none.
        """
        where = f"{method} {self._target.url}{path.partition('?')[0]}"
        session = self._opened()
        timeout = aiohttp.ClientTimeout(
            total=self._limits.write_s if write else self._limits.read_s,
            sock_connect=self._limits.connect_s,
        )
        try:
            async with session.request(
                method,
                URL(self._target.url + path, encoded=True),
                json=body,
                timeout=timeout,
                allow_redirects=False,
                proxy=self._target.proxy,
                server_hostname=self._target.server_name,
            ) as response:
                return await self._answer(response, where, write=write, also=also)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as problem:
            message = f"cannot connect to {self._target.url}: {cause.of_connection(problem)}"
            raise error.UnavailableError(message) from problem
        except (aiohttp.ClientError, OSError, TimeoutError) as problem:
            message = f"{where}: {cause.of_exchange(problem)}"
            raise error.UnavailableError(message, outcome_unknown=write) from problem

    async def _answer(
        self,
        response: aiohttp.ClientResponse,
        where: str,
        *,
        write: bool,
        also: Container[int],
    ) -> Any:
        status = response.status
        try:
            body = await _decoded(await _body(response, self._limits.answer_bytes))
        except ValueError as problem:
            if status >= 300:
                raise error.from_answer(status, None, where=where) from problem
            reason = str(problem) if isinstance(problem, TooLargeError) else "it is no JSON"
            message = f"{where}: the answer is not Connect's: {reason}"
            raise error.UnavailableError(message, outcome_unknown=write) from problem
        if status in also:
            return body
        if 300 <= status < 400:
            to = response.headers.get("Location", "another address")
            message = f"{where}: it redirects to {to}; give that address if it is right"
            raise error.UnavailableError(message, status=status)
        if status >= 300:
            raise error.from_answer(status, _message(body), where=where)
        return body

"""Judge an `Authorization` header."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import logging
import math
import os
from collections import OrderedDict
from typing import Final

from weir_runtime.aio.clock import Clock
from weir_runtime.rest.auth.credential import Plain
from weir_runtime.rest.auth.store import Store
from weir_runtime.rest.bucket import Buckets
from weir_runtime.rest.errors import HttpError

REFUSED: Final = "User cannot access the resource."
CHALLENGE: Final = {"WWW-Authenticate": 'Basic realm="Kafka Connect", charset="UTF-8"'}
FAILURES: Final = 10
FAILURES_PER_S: Final = 0.5
REMEMBERED: Final = 1000
HEADER_LIMIT: Final = 4096

log = logging.getLogger(__name__)


class BasicAuth:
    """Lets users of a credentials file in.

    Guessing is slowed: after ten failed logins in a row as one user from one client, one more is
    looked at every two seconds, the right password included. Other users and other clients are
    not held up by it. A password that was right is remembered, by a keyed digest, until the file
    changes, so that a hash is computed once and not at each request.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._failures = Buckets(clock, rate=FAILURES_PER_S, burst=FAILURES)
        self._key = os.urandom(32)
        self._right: OrderedDict[bytes, int] = OrderedDict()
        self._hashing = asyncio.Lock()

    async def user_of(self, header: str | None, client: str) -> str:
        """Return who sends a request.

        Raises:
            HttpError: 401 without the right user and password, 429 after too many wrong ones.
        """
        given = None if header is None else parse(header)
        if given is None:
            raise HttpError(401, REFUSED, headers=CHALLENGE)
        user, password = given
        known = user in self._store.current().users
        # strangers share a bucket, and so cannot make us remember any number of names
        key = f"{client} {user}" if known else client
        self._hold_up(key)
        if not await self._is_right(key, user, password):
            self._failures.take(key)
            self._log_failure(key, client, user if known else None)
            raise HttpError(401, REFUSED, headers=CHALLENGE)
        return user

    async def _is_right(self, key: str, user: str, password: bytes) -> bool:
        credentials, generation = self._store.current(), self._store.generation
        stored, known = credentials.password_of(user), user in credentials.users
        if isinstance(stored, Plain):
            return stored.matches(password) and known
        digest = hmac.digest(self._key, user.encode() + b"\0" + password, hashlib.sha256)
        if self._right.get(digest) == generation:
            self._right.move_to_end(digest)
            return True
        # one at a time: a hash is made to take a core and much memory
        async with self._hashing:
            if self._right.get(digest) == generation:
                return True
            self._hold_up(key)
            right = await asyncio.to_thread(stored.matches, password) and known
        if right:
            self._right[digest] = generation
            if len(self._right) > REMEMBERED:
                self._right.popitem(last=False)
        return right

    def _hold_up(self, key: str) -> None:
        wait_s = self._failures.wait_s(key)
        if wait_s > 0:
            raise _too_many(wait_s)

    def _log_failure(self, key: str, client: str, user: str | None) -> None:
        # a name that no user has may be a password in the wrong field: never shown
        who = "an unknown user" if user is None else f"user {user}"
        if self._failures.wait_s(key) > 0:
            log.warning("Too many failed logins of %s from %s; more are held up", who, client)
        else:
            log.info("Login of %s from %s failed", who, client)


def parse(header: str) -> tuple[str, bytes] | None:
    """Return user and password of a header, None where it is no basic authentication."""
    scheme, _, encoded = header.strip().partition(" ")
    if scheme.lower() != "basic" or len(header) > HEADER_LIMIT:
        return None
    try:
        user, colon, password = base64.b64decode(encoded.strip(), validate=True).partition(b":")
        return (user.decode(), password) if colon else None
    except (binascii.Error, ValueError):
        return None


def _too_many(wait_s: float) -> HttpError:
    seconds = math.ceil(wait_s)
    return HttpError(
        429,
        f"Too many failed logins of this user from this address; try again in {seconds} s",
        headers={"Retry-After": str(seconds)},
    )

"""Hashed passwords, in the PHC string format: `$scrypt$ln=14,r=8,p=1$<salt>$<hash>`.

    python -m weir_runtime.rest.auth.scrypt

asks for a password and prints its hash. The format is that of passlib and others.

Source: RFC 7914.
"""

from __future__ import annotations

import base64
import binascii
import getpass
import hashlib
import hmac
import os
import re
import sys
from dataclasses import dataclass
from typing import Final

from weir_runtime.api.errors import ConfigError

MARK: Final = "$scrypt$"
LOG_N, R, P = 14, 8, 1
MEMORY_LIMIT: Final = 256 << 20
WORK_LIMIT: Final = 1 << 24
_SALT_SIZE, _KEY_SIZE = 16, 32
_FORM = re.compile(
    r"\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)"
)


@dataclass(frozen=True, slots=True)
class Hash:
    """A salted hash and what it was made with."""

    log_n: int
    r: int
    p: int
    salt: bytes
    key: bytes

    def matches(self, password: bytes) -> bool:
        """Compare in constant time; takes tens of milliseconds of a core."""
        made = _derive(password, self.salt, (self.log_n, self.r, self.p), len(self.key))
        return hmac.compare_digest(made, self.key)


def parse(text: str) -> Hash:
    """Read a hash.

    Raises:
        ConfigError: it is none, or would take more memory or time than a login may.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise ConfigError(f"a hash looks like {MARK}ln={LOG_N},r={R},p={P}$<salt>$<hash>")
    log_n, r, p = (int(found[group]) for group in (1, 2, 3))
    too_much = (r << (log_n + 7)) > MEMORY_LIMIT or (r * p << log_n) > WORK_LIMIT
    if log_n < 1 or r < 1 or p < 1 or too_much:
        raise ConfigError(
            f"ln={log_n},r={r},p={p} is out of bounds; ln={LOG_N},r={R},p={P} is good"
        )
    try:
        return Hash(log_n, r, p, _decode(found[4]), _decode(found[5]))
    except binascii.Error as error:
        raise ConfigError("salt or hash is not base64") from error


def hash_of(password: bytes) -> str:
    """Return a new hash of a password, under a salt of its own."""
    salt = os.urandom(_SALT_SIZE)
    key = _derive(password, salt, (LOG_N, R, P), _KEY_SIZE)
    return f"{MARK}ln={LOG_N},r={R},p={P}${_encode(salt)}${_encode(key)}"


def _derive(password: bytes, salt: bytes, cost: tuple[int, int, int], size: int) -> bytes:
    log_n, r, p = cost
    return hashlib.scrypt(
        password, salt=salt, n=1 << log_n, r=r, p=p, maxmem=MEMORY_LIMIT + (1 << 20), dklen=size
    )


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)


def main() -> int:
    """Ask for a password, or read a line from a pipe, and print its hash."""
    if sys.stdin.isatty():
        password = getpass.getpass("Password: ")
        if getpass.getpass("Again: ") != password:
            sys.stderr.write("The two passwords differ; nothing is printed\n")
            return 1
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        sys.stderr.write("The password is empty; nothing is printed\n")
        return 1
    sys.stdout.write(f"{hash_of(password.encode())}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Users and their passwords, as a properties file lists them: `user=password`.

A password is written as it is, or as a hash of `rest.auth.scrypt`.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from weir_runtime.api.errors import ConfigError
from weir_runtime.config import properties
from weir_runtime.observe.secret import Secret
from weir_runtime.rest.auth import scrypt


class Password(Protocol):
    """What a given password is compared with."""

    def matches(self, password: bytes) -> bool:
        """Compare in constant time."""
        ...


@dataclass(frozen=True, slots=True)
class Plain:
    """A password that the file holds in clear."""

    secret: Secret

    def matches(self, password: bytes) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(self.secret.reveal().encode(), password)


@dataclass(frozen=True, slots=True)
class Credentials:
    """All users of a file.

    Attributes:
        nobody: what the password of an unknown user is compared with, so that the answer takes
            as long as for a known one.
    """

    users: Mapping[str, Password]
    nobody: Password

    def password_of(self, user: str) -> Password:
        """Return a user's password; a stranger gets one that nobody knows."""
        return self.users.get(user, self.nobody)


def read(path: Path) -> Credentials:
    """Read a file.

    Raises:
        ConfigError: it cannot be read, is empty, or a hash in it is none; no password is shown.
    """
    try:
        listed = properties.read(path)
    except ConfigError as error:
        # the text of a malformed line may be a password
        raise ConfigError(str(error).partition("\n")[0]) from error
    if not listed:
        raise ConfigError(f"{path}: holds no user; write user=password lines")
    users = {user: _password(path, user, text) for user, text in listed.items()}
    hashed = next((one for one in users.values() if isinstance(one, scrypt.Hash)), None)
    return Credentials(users, hashed or Plain(Secret("")))


def _password(path: Path, user: str, text: str) -> Password:
    if not text:
        raise ConfigError(f"{path}: the user {user} has an empty password; set one")
    if not text.startswith(scrypt.MARK):
        return Plain(Secret(text))
    try:
        return scrypt.parse(text)
    except ConfigError as error:
        raise ConfigError(f"{path}: the password of {user}: {error}") from error

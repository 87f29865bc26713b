"""How a command is let in by a Connect worker: files and environment, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PASSWORD_VARIABLE = "WEIR_CONNECT_PASSWORD"  # noqa: S105 - the names of variables
TOKEN_VARIABLE = "WEIR_CONNECT_TOKEN"  # noqa: S105
KEY_PASSWORD_VARIABLE = "WEIR_CONNECT_KEY_PASSWORD"  # noqa: S105


class AccessError(ValueError):
    """A file or variable with credentials cannot be used."""


@dataclass(frozen=True, slots=True)
class Access:
    """TLS material, a login or a token, and how to get there; everything is optional."""

    ca_pem: str | None = field(default=None, repr=False)
    cert_pem: str | None = field(default=None, repr=False)
    key_pem: str | None = field(default=None, repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    key_password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    server_name: str | None = None
    proxy: str | None = field(default=None, repr=False)


def read_access(
    environment: Mapping[str, str],
    *,
    ca_file: str | None = None,
    cert_file: str | None = None,
    key_file: str | None = None,
    user: str | None = None,
) -> Access:
    """Read the files and, for `user`, the password from the environment; a token if there is one.

    A password is never an argument: arguments can be read by every process of the machine.

    Raises:
        AccessError: A file cannot be read, or the password is missing.
    """
    if user is not None and PASSWORD_VARIABLE not in environment:
        raise AccessError(f"--user needs the password in the variable {PASSWORD_VARIABLE}")
    return Access(
        ca_pem=_text(ca_file),
        cert_pem=_text(cert_file),
        key_pem=_text(key_file),
        username=user,
        password=environment.get(PASSWORD_VARIABLE) if user is not None else None,
        key_password=environment.get(KEY_PASSWORD_VARIABLE),
        token=environment.get(TOKEN_VARIABLE) if user is None else None,
    )


def read_text(path: Path) -> str:
    """Read a file with a certificate, a key, a password or a token.

    Raises:
        AccessError: It cannot be read.
    """
    try:
        return path.read_text()
    except OSError as problem:
        reason = (problem.strerror or str(problem)).lower()
        raise AccessError(f"{path} cannot be read: {reason}") from problem
    except UnicodeDecodeError as problem:
        raise AccessError(f"{path} holds no text") from problem


def _text(path: str | None) -> str | None:
    return read_text(Path(path)) if path is not None else None

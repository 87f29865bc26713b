"""How a command is let in by a Connect worker: files and environment, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PASSWORD_VARIABLE = "WEIR_CONNECT_PASSWORD"  # noqa: S105 - the name of a variable


class AccessError(ValueError):
    """A file or variable with credentials cannot be used."""


@dataclass(frozen=True, slots=True)
class Access:
    """TLS material and basic authentication; everything is optional."""

    ca_pem: str | None = field(default=None, repr=False)
    cert_pem: str | None = field(default=None, repr=False)
    key_pem: str | None = field(default=None, repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)


def read_access(
    environment: Mapping[str, str],
    *,
    ca_file: str | None = None,
    cert_file: str | None = None,
    key_file: str | None = None,
    user: str | None = None,
) -> Access:
    """Read the files and, for `user`, the password from the environment.

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
    )


def _text(path: str | None) -> str | None:
    if path is None:
        return None
    try:
        return Path(path).read_text()
    except OSError as problem:
        reason = (problem.strerror or str(problem)).lower()
        raise AccessError(f"{path} cannot be read: {reason}") from problem
    except UnicodeDecodeError as problem:
        raise AccessError(f"{path} holds no PEM text") from problem

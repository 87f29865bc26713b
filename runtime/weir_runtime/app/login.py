"""Who may call REST: from the worker's keys and Java's option to the users of a file."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from weir_runtime.aio.clock import Clock
from weir_runtime.api.errors import ConfigError
from weir_runtime.config.support import BASIC_AUTH
from weir_runtime.config.worker import WorkerConfig
from weir_runtime.rest.auth import jaas
from weir_runtime.rest.auth.basic import BasicAuth
from weir_runtime.rest.auth.store import Store

OPTION: Final = "-Djava.security.auth.login.config="
VARIABLE: Final = "KAFKA_OPTS"
KEY: Final = "rest.auth.credentials.file"


def is_asked_for(config: WorkerConfig) -> bool:
    """Return whether callers of REST have to log in."""
    return bool(
        config.listener.rest_extension_classes or config.extension.rest_auth_credentials_file
    )


def basic_auth(
    config: WorkerConfig, environment: Mapping[str, str], clock: Clock
) -> BasicAuth | None:
    """Return what judges callers, None where nobody has to log in.

    Raises:
        ConfigError: no file names the users, or it cannot be used.
    """
    if not is_asked_for(config):
        return None
    return BasicAuth(Store(credentials_file(config, environment), clock), clock)


def warnings(config: WorkerConfig) -> Iterator[str]:
    """Yield a sentence for each address where passwords cross the network in clear."""
    if not is_asked_for(config):
        return
    listener = config.listener
    for address in (*listener.addresses, *listener.admin_addresses):
        if address.is_open and address.scheme == "http":
            yield f"Passwords come to {address} in clear; make it an https listener"


def credentials_file(config: WorkerConfig, environment: Mapping[str, str]) -> Path:
    """Return the file of users: of our own key, or else of the JAAS file that Java would read.

    Raises:
        ConfigError: neither names one.
    """
    own = config.extension.rest_auth_credentials_file
    if own:
        return Path(own)
    login_file = jaas_file(environment)
    if login_file is None:
        raise ConfigError(
            f"{BASIC_AUTH} needs users: set {KEY} to a file of user=password lines, or {VARIABLE} "
            f"to {OPTION}FILE with a JAAS file as for Java"
        )
    return jaas.read(login_file)


def jaas_file(environment: Mapping[str, str]) -> Path | None:
    """Return the JAAS file that options for a JVM name; the last one counts.

    Raises:
        ConfigError: the options are no words of a shell.
    """
    try:
        words = shlex.split(environment.get(VARIABLE, ""))
    except ValueError as error:
        raise ConfigError(f"{VARIABLE} cannot be read: {error}; check its quotes") from error
    found = [word.removeprefix(OPTION) for word in words if word.startswith(OPTION)]
    if not found:
        return None
    # a second = replaces the JVM's own file, and a URL is allowed
    return Path(found[-1].removeprefix("=").removeprefix("file:"))

"""What the options that all commands share were given as, and which worker that means."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from weir_operator.cli.weirctl.output import tell_error
from weir_operator.config.access import Access, AccessError, read_access
from weir_operator.observe.errors import OperatorError

if TYPE_CHECKING:
    from pathlib import Path

    import click

    from weir_operator.client.target import ClusterTarget
    from weir_operator.config.context import Context, ContextFile

URL_VARIABLE, CONTEXT_VARIABLE = "WEIR_CONNECT", "WEIR_CONTEXT"
GIVEN = "weirctl.given"
"""Where a click context keeps what stood before the command, by the name of the option."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The shared options of one call; None where an option was not given.

    The worker is the first of these that there is: `--connect`, `--context`, the variables
    WEIR_CONNECT and WEIR_CONTEXT, the current context of the file. Credentials of a context go to
    its own worker, also where its address stands in a file of connectors, and to `--connect` only
    where `--context` stands beside it.
    """

    folder: str | None = None
    connect: str | None = None
    context: str | None = None
    output: str = "text"
    timeout: float = 60.0
    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None
    user: str | None = None
    verbose: bool = False

    @property
    def as_json(self) -> bool:
        """Whether a program reads the result."""
        return self.output == "json"

    @property
    def is_data(self) -> bool:
        """Whether the result is a document and not a text."""
        return self.output in ("json", "yaml")

    def given_access(self) -> Access:
        """Read the credentials that options and variables name.

        Raises:
            OperatorError: A file or a variable cannot be used.
        """
        try:
            return read_access(
                os.environ,
                ca_file=self.ca_file,
                cert_file=self.cert_file,
                key_file=self.key_file,
                user=self.user,
            )
        except AccessError as problem:
            raise OperatorError(str(problem)) from problem

    def access(self) -> Access:
        """Read the credentials for the worker that was asked for.

        Raises:
            OperatorError: A file or a variable cannot be used.
        """
        given = self.given_access()
        context = self.asked_context()
        return _together(context, given) if context is not None else given

    def access_to(self, url: str) -> Access:
        """Read the credentials for an address in a file: those of the context that has it.

        Where several have it, those of the current one count, and no others.

        Raises:
            OperatorError: A file or a variable cannot be used.
            ValueError: It is no address of a worker.
        """
        from weir_operator.config.context import at  # noqa: PLC0415 - help does without

        given, wanted = self.given_access(), _normal(url)
        context = at(self.contexts(), lambda one: _is_at(one, wanted))
        return given if context is None else _together(context, given)

    def address(self) -> str | None:
        """Give the address that was asked for, None if none was; a current context is not asked.

        Raises:
            OperatorError: It is no address of a worker.
        """
        if self.connect is not None:
            return _target(self.connect, Access(), "--connect").url
        context = self.asked_context()
        return _target(context.url, Access(), context.name).url if context is not None else None

    def asked_context(self) -> Context | None:
        """Give the context that `--context` names.

        Raises:
            OperatorError: There is none of this name.
        """
        return self._named(self.context) if self.context is not None else None

    def fallback(self) -> tuple[str, Access] | None:
        """Give the worker that the environment or the file of contexts names, if any.

        Raises:
            OperatorError: It cannot be used.
        """
        given = self.given_access()
        url = os.environ.get(URL_VARIABLE)
        if url:
            return _target(url, Access(), URL_VARIABLE).url, given
        name = os.environ.get(CONTEXT_VARIABLE) or self.contexts().current
        if not name:
            return None
        context = self._named(name)
        return _target(context.url, Access(), name).url, _together(context, given)

    def target(self, command: str) -> ClusterTarget:
        """Give the worker that a command is for.

        Raises:
            OperatorError: None was named, or it cannot be used.
        """
        url, access = self.address(), self.access()
        if url is None:
            found = self.fallback()
            if found is None:
                raise OperatorError(
                    f"{command} needs --connect URL, or a context:"
                    " weirctl context set NAME --url URL"
                )
            url, access = found
        return _target(url, access, "--connect")

    def contexts(self) -> ContextFile:
        """Read the file of contexts; say so if others can read its secrets.

        Raises:
            OperatorError: It cannot be used.
        """
        from weir_operator.config import context  # noqa: PLC0415 - help does without

        try:
            found = context.read(context.place(os.environ))
        except AccessError as problem:
            raise OperatorError(str(problem)) from problem
        if found.is_open():
            _tell_open(found.path)
        return found

    def _named(self, name: str) -> Context:
        try:
            return self.contexts().named(name)
        except AccessError as problem:
            raise OperatorError(str(problem)) from problem


def of_context(ctx: click.Context) -> Settings:
    """Give the settings of a command, or of a group as far as they are typed."""
    if isinstance(ctx.obj, Settings):
        return ctx.obj
    return of_options(ctx.meta.get(GIVEN, {}))


def of_options(given: Mapping[str, Any]) -> Settings:
    """Give the settings that options were given as; those of other commands do not matter."""
    names = Settings.__dataclass_fields__
    return Settings(**{k: v for k, v in given.items() if k in names and v is not None})


def _together(context: Context, given: Access) -> Access:
    from weir_operator.config.context import merged  # noqa: PLC0415 - help does without

    try:
        return merged(context.access(), given)
    except AccessError as problem:
        raise OperatorError(str(problem)) from problem


def _normal(url: str) -> str:
    from weir_operator.client.target import normal_url  # noqa: PLC0415 - help does without

    return normal_url(url)


def _is_at(context: Context, url: str) -> bool:
    try:
        return _normal(context.url) == url
    except ValueError:
        return False


@functools.cache
def _tell_open(path: Path) -> None:
    """Say once that a file of contexts is open to others."""
    tell_error(f"{path} holds secrets that others can read: chmod 600 {path}")


def _target(url: str, access: Access, where: str) -> ClusterTarget:
    from weir_operator.client.target import target_of  # noqa: PLC0415 - help does without

    try:
        return target_of(url, access)
    except ValueError as problem:
        raise OperatorError(f"{where}: {problem}") from problem

"""Named workers in a file: where each is, and how to be let in.

The file is `$WEIRCTL_CONFIG`, or `weir/weirctl.yaml` in the user's folder of configs. It is YAML:

    current: local
    contexts:
      local:
        url: http://localhost:8083
      prod:
        url: https://connect.example:8443
        ca-file: ca.pem            # beside this file, unless it begins with / or ~
        user: me
        password-command: pass show connect
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from weir_operator.config.access import Access, AccessError, read_text

FILE_VARIABLE = "WEIRCTL_CONFIG"
TEXT_KEYS = (
    "url", "ca-file", "cert-file", "key-file", "key-password", "key-password-file", "server-name",
    "user", "password", "password-file", "password-command", "token", "token-file",
    "token-command", "proxy",
)  # fmt: skip
KEYS = (*TEXT_KEYS, "headers")
SECRET_KEYS = frozenset({"password", "token", "key-password", "headers"})
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_COMMAND_S = 30.0


@dataclass(frozen=True, slots=True)
class Context:
    """One named worker: its keys as they stand in the file."""

    name: str
    keys: Mapping[str, Any]
    folder: Path = field(default_factory=Path)

    @property
    def url(self) -> str:
        """Where the worker is."""
        return str(self.keys["url"])

    @property
    def has_secrets(self) -> bool:
        """Whether anything of it must not be read by others."""
        return not SECRET_KEYS.isdisjoint(self.keys) or "@" in str(self.keys.get("proxy", ""))

    @property
    def has_login(self) -> bool:
        """Whether it says who one is."""
        return any(key.startswith(("user", "token")) for key in self.keys)

    def access(self) -> Access:
        """Read what it names: files, and the output of commands.

        Raises:
            AccessError: Something cannot be read.
        """
        user = self.keys.get("user")
        return Access(
            ca_pem=self._file("ca-file"),
            cert_pem=self._file("cert-file"),
            key_pem=self._file("key-file"),
            username=user,
            password=self._secret("password") if user is not None else None,
            key_password=self._secret("key-password"),
            token=self._secret("token"),
            headers=tuple(sorted(self.keys.get("headers", {}).items())),
            server_name=self.keys.get("server-name"),
            proxy=self.keys.get("proxy"),
        )

    def _file(self, key: str) -> str | None:
        if key not in self.keys:
            return None
        try:
            return read_text(self.folder / Path(self.keys[key]).expanduser())
        except AccessError as problem:
            raise AccessError(f"the context {self.name}: {key}: {problem}") from problem

    def _secret(self, key: str) -> str | None:
        if key in self.keys:
            return str(self.keys[key])
        text = self._file(f"{key}-file")
        if text is None and f"{key}-command" in self.keys:
            text = self._command(f"{key}-command")
        # an editor's newline at the end is never meant
        return text.rstrip("\r\n") if text is not None else None

    def _command(self, key: str) -> str:
        line = self.keys[key]
        where = f"the context {self.name}: {key}"
        try:
            words = shlex.split(line)
            done = subprocess.run(  # noqa: S603 - the user's own command, without a shell
                words, stdout=subprocess.PIPE, text=True, timeout=_COMMAND_S, check=False
            )
        except (OSError, ValueError, subprocess.TimeoutExpired) as problem:
            raise AccessError(f"{where}: {line!r} cannot be run: {problem}") from problem
        if done.returncode:
            raise AccessError(f"{where}: {line!r} ended with {done.returncode}")
        return done.stdout


@dataclass(frozen=True, slots=True)
class ContextFile:
    """All contexts of a file, and which of them is the current one."""

    path: Path
    contexts: Mapping[str, Context] = field(default_factory=dict)
    current: str | None = None

    def named(self, name: str) -> Context:
        """Give a context.

        Raises:
            AccessError: There is none of this name.
        """
        if name not in self.contexts:
            known = ", ".join(self.contexts) or "none"
            raise AccessError(f"there is no context {name!r} in {self.path}; there are: {known}")
        return self.contexts[name]

    def with_context(self, name: str, keys: Mapping[str, Any]) -> ContextFile:
        """Give the file with one context more, or another in its place.

        Raises:
            AccessError: It cannot be one.
        """
        added = {**self.contexts, name: _context(name, keys, self.path)}
        return replace(self, contexts=added, current=self.current or name)

    def without(self, name: str) -> ContextFile:
        """Give the file with one context less.

        Raises:
            AccessError: There is none of this name.
        """
        self.named(name)
        left = {one: context for one, context in self.contexts.items() if one != name}
        return replace(self, contexts=left, current=None if self.current == name else self.current)

    def is_open(self) -> bool:
        """Tell whether others can read secrets of it."""
        if not any(context.has_secrets for context in self.contexts.values()):
            return False
        try:
            return bool(self.path.stat().st_mode & 0o077)
        except OSError:
            return False

    def write(self) -> None:
        """Put the file in place, readable for its owner only.

        Raises:
            AccessError: It cannot be written.
        """
        import yaml  # noqa: PLC0415 - not each command reads the file

        body = {
            "current": self.current,
            "contexts": {name: dict(one.keys) for name, one in self.contexts.items()},
        }
        text = yaml.safe_dump(body, sort_keys=False, allow_unicode=True)
        try:
            # a link, as people keep for their configs, stays one
            place = self.path.resolve()
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile("w", dir=place.parent, delete=False) as new:
                new.write(text)
            Path(new.name).replace(place)
        except OSError as problem:
            reason = (problem.strerror or str(problem)).lower()
            raise AccessError(f"{self.path} cannot be written: {reason}") from problem


def at(file: ContextFile, is_there: Callable[[Context], bool]) -> Context | None:
    """Give the context of a worker: the only one, or the current one of several."""
    found = [one for one in file.contexts.values() if is_there(one)]
    if len(found) == 1:
        return found[0]
    return next((one for one in found if one.name == file.current), None)


def place(environment: Mapping[str, str]) -> Path:
    """Give where the file is."""
    if environment.get(FILE_VARIABLE):
        return Path(environment[FILE_VARIABLE]).expanduser()
    configs = environment.get("XDG_CONFIG_HOME")
    return (Path(configs) if configs else Path("~/.config").expanduser()) / "weir/weirctl.yaml"


def read(path: Path) -> ContextFile:
    """Read the file; a missing one has no contexts.

    Raises:
        AccessError: It cannot be read or is not of the form above.
    """
    import yaml  # noqa: PLC0415 - not each command reads the file

    if not path.exists():
        return ContextFile(path)
    try:
        body = yaml.safe_load(read_text(path)) or {}
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        line = f":{mark.line + 1}" if mark is not None else ""
        raise AccessError(f"{path}{line}: this is no YAML") from problem
    if not isinstance(body, dict) or not isinstance(body.get("contexts") or {}, dict):
        raise AccessError(f"{path}: it needs the keys current and contexts")
    odd = [key for key in body if key not in ("current", "contexts")]
    if odd:
        raise AccessError(f"{path}: there is no key {odd[0]}; there are current and contexts")
    found = {str(k): _context(str(k), v, path) for k, v in (body.get("contexts") or {}).items()}
    current = body.get("current")
    return ContextFile(path, found, str(current) if current is not None else None)


def _context(name: str, keys: object, path: Path) -> Context:
    where = f"{path}: the context {name}"
    if not _NAME.fullmatch(name):
        raise AccessError(f"{where}: a name has letters, digits and . _ - only")
    if not isinstance(keys, Mapping):
        raise AccessError(f"{where}: it has no keys; it needs url at least")
    for key, value in keys.items():
        _check_key(where, key, value)
    if "url" not in keys:
        raise AccessError(f"{where}: it has no url")
    for one in ("password", "token", "key-password"):
        given = [key for key in (one, f"{one}-file", f"{one}-command") if key in keys]
        if len(given) > 1:
            raise AccessError(f"{where}: {' and '.join(given)} are given; keep one")
    if "user" in keys and any(key.startswith("token") for key in keys):
        raise AccessError(f"{where}: user and a token are given; keep one")
    return Context(name, dict(keys), path.resolve().parent)


def _check_key(where: str, key: object, value: object) -> None:
    if key == "headers":
        if not isinstance(value, dict) or not all(
            isinstance(one, str) for pair in value.items() for one in pair
        ):
            raise AccessError(f"{where}: headers is a map of texts; write values in quotes")
    elif key not in KEYS:
        raise AccessError(f"{where}: there is no key {key}; there are {', '.join(KEYS)}")
    elif not isinstance(value, str):
        raise AccessError(f"{where}: {key} is no text; write it in quotes")


# kcctl


def read_kcctl(path: Path) -> tuple[dict[str, dict[str, str]], str | None]:
    """Read the contexts of kcctl's file, and which is the current one.

    Raises:
        AccessError: It cannot be read.
    """
    try:
        body = json.loads(read_text(path))
    except ValueError as problem:
        if isinstance(problem, AccessError):
            raise
        raise AccessError(f"{path}: this is no file of kcctl's: it is no JSON") from problem
    if not isinstance(body, dict):
        raise AccessError(f"{path}: this is no file of kcctl's")
    found: dict[str, dict[str, str]] = {}
    for name, entry in body.items():
        if isinstance(entry, dict) and entry.get("cluster"):
            pairs = (("url", "cluster"), ("user", "username"), ("password", "password"))
            found[name] = {ours: str(entry[its]) for ours, its in pairs if entry.get(its)}
    current = body.get("currentContext")
    return found, current if current in found else None


def merged(context: Access, given: Access) -> Access:
    """Give what a context and the options of one call say together: an option wins."""
    if given.username is not None:
        context = replace(context, username=None, password=None, token=None)
    elif context.username is not None or context.token is not None:
        given = replace(given, token=None)
    values = {
        name: getattr(given, name) or getattr(context, name) for name in Access.__dataclass_fields__
    }
    return Access(**values)


def folder_of_state(environment: Mapping[str, str]) -> Path:
    """Give the folder for what weirctl keeps between two runs."""
    state = environment.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")  # noqa: PTH111
    return Path(state) / "weir"

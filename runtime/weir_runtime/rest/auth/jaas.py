"""Find the credentials file in a JAAS login configuration file.

Source: javax.security.auth.login.Configuration (the grammar), PropertyFileLoginModule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from weir_runtime.api.errors import ConfigError

ENTRY: Final = "KafkaConnect"
MODULE: Final = "org.apache.kafka.connect.rest.basic.auth.extension.PropertyFileLoginModule"
EXAMPLE: Final = f'{ENTRY} {{ {MODULE} required file="/path/to/users.properties"; }};'

_FLAGS = frozenset({"required", "requisite", "sufficient", "optional"})
_TOKEN = re.compile(
    r"""(?:\s|//[^\n]*|\#[^\n]*|/\*.*?\*/)*(?:
        "(?P<quoted>(?:\\.|[^"\\\n])*)"
      | (?P<sign>[{}=;])
      | (?P<word>[^\s{}=;"]+)
      | (?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)


def read(path: Path) -> Path:
    """Return the credentials file that a JAAS file names; as written.

    Raises:
        ConfigError: the file cannot be read, or does not name one.
    """
    try:
        text = path.read_text()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8") from error
    try:
        return Path(credentials_file(text))
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error


def credentials_file(text: str) -> str:
    """Return the file that the entry `KafkaConnect` of a JAAS file names.

    Raises:
        ConfigError: there is no such entry, it has several modules or a foreign one, or no file.
    """
    modules = _entries(_tokens(text)).get(ENTRY)
    if modules is None:
        raise ConfigError(f"there is no entry {ENTRY}; it should look like {EXAMPLE}")
    if len(modules) != 1:
        raise ConfigError(
            f"the entry {ENTRY} has {len(modules)} login modules; keep one: {EXAMPLE}"
        )
    module, options = modules[0]
    if module != MODULE:
        raise ConfigError(f"the login module {module[:200]} is not supported; use {MODULE}")
    file = options.get("file", "").strip()
    if not file:
        raise ConfigError(f"the entry {ENTRY} names no file; it should look like {EXAMPLE}")
    if "${" in file:
        raise ConfigError(f"properties of a JVM are not known here: {file}; write the path itself")
    return file


Modules = list[tuple[str, dict[str, str]]]


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    position = 0
    while True:
        match = _TOKEN.match(text, position)
        if match is None:
            line = text.count("\n", 0, position) + 1
            raise ConfigError(f"line {line} cannot be read; it should look like {EXAMPLE}")
        if match["end"] is not None:
            return tokens
        quoted = match["quoted"]
        tokens.append(
            match["sign"] or match["word"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        )
        position = match.end()


def _entries(tokens: Sequence[str]) -> dict[str, Modules]:
    found: dict[str, Modules] = {}
    rest = iter(tokens)
    for name in rest:
        _expect(rest, "{", f"after the entry's name {name}")
        modules: Modules = []
        for word in rest:
            if word == "}":
                break
            modules.append(_module(word, rest))
        _expect(rest, ";", f"after the entry {name}")
        found[name] = modules
    return found


def _module(name: str, tokens: Iterator[str]) -> tuple[str, dict[str, str]]:
    flag = next(tokens, "")
    if flag.lower() not in _FLAGS:
        raise ConfigError(f"{name} lacks the flag required; it should look like {EXAMPLE}")
    options: dict[str, str] = {}
    for key in tokens:
        if key == ";":
            return name, options
        _expect(tokens, "=", f"after the option {key}")
        options[key] = next(tokens, "")
    raise ConfigError(f"the options of {name} do not end with ';'; it should look like {EXAMPLE}")


def _expect(rest: Iterator[str], sign: str, where: str) -> None:
    if next(rest, "") != sign:
        raise ConfigError(f"a '{sign}' is missing {where}; it should look like {EXAMPLE}")

"""Fill the generated parts of the documentation from the code.

A part stands in a page between `<!-- generated: NAME -->` and `<!-- end: NAME -->`; everything
else is written by hand. `python docs/generate.py` writes the pages, with `--check` it only tells
whether they are up to date.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from reference import client, command, key, metric, plugin, published, resource, rest

from weir_runtime.config.worker import worker

DOCS = Path(__file__).parent
ROOT = DOCS.parent
NOTE = "<!-- by docs/generate.py; do not edit -->"

Part = Callable[[], str]


def source(path: str) -> Part:
    """Return a part that shows a file."""

    def show() -> str:
        language = {".py": "python", ".toml": "toml"}[Path(path).suffix]
        return f"```{language}\n{(ROOT / path).read_text().rstrip()}\n```"

    return show


TICKS = "examples/ticks"
PARTS: Mapping[str, Part] = {
    "common-keys": lambda: key.worker_keys(worker.COMMON[:-1]),
    "distributed-keys": lambda: key.worker_keys(worker.DISTRIBUTED),
    "standalone-keys": lambda: key.worker_keys(worker.STANDALONE),
    "extension-keys": key.extension_keys,
    "refused-worker-keys": key.refused_worker_keys,
    "refused-connector-keys": key.refused_connector_keys,
    "harmless-keys": key.harmless_keys,
    "client-keys": client.client_keys,
    "override-keys": client.override_keys,
    "endpoints": rest.endpoints,
    "openapi-differences": published.reasons,
    "rest-limits": rest.rest_limits,
    "logger-aliases": rest.logger_aliases,
    "connect-metrics": metric.connect,
    "own-metrics": metric.own,
    "connectors": plugin.builtin_connectors,
    "converters": plugin.builtin_converters,
    "framework-keys": key.framework_keys,
    "spec-fields": resource.spec_fields,
    "status-fields": resource.status_fields,
    "reasons": resource.reasons,
    "weirctl-options": command.options,
    "weirctl-commands": command.commands,
    "weirctl-command-options": command.command_options,
    "ticks-source": source(f"{TICKS}/weir_ticks/source.py"),
    "ticks-sink": source(f"{TICKS}/weir_ticks/sink.py"),
    "ticks-tests": source(f"{TICKS}/tests/test_ticks.py"),
    "ticks-project": source(f"{TICKS}/pyproject.toml"),
}

FILES: Mapping[str, Part] = {"openapi.json": rest.openapi}
"""Files of `docs/` that are generated whole."""

_MARKED = re.compile(
    r"<!-- generated: (?P<name>[a-z-]+) -->\n.*?<!-- end: (?P=name) -->", re.DOTALL
)
_BEGIN = re.compile(r"<!-- generated: ([a-z-]+) -->")


def pages() -> list[Path]:
    """Return the pages with generated parts."""
    found = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
    return [page for page in found if _BEGIN.search(page.read_text())]


def filled(text: str) -> str:
    """Return a page with its generated parts made anew.

    Raises:
        SystemExit: a mark is unknown, or has no end.
    """

    def fill(match: re.Match[str]) -> str:
        name = match["name"]
        if name not in PARTS:
            raise SystemExit(f"there is no part {name}; there are {', '.join(PARTS)}")
        return f"<!-- generated: {name} -->\n{NOTE}\n\n{PARTS[name]()}\n\n<!-- end: {name} -->"

    if len(_BEGIN.findall(text)) != len(_MARKED.findall(text)):
        raise SystemExit("a generated part has no end")
    return _MARKED.sub(fill, text)


def made() -> dict[Path, str]:
    """Return every page and file as it should be."""
    whole = {DOCS / name: make() for name, make in FILES.items()}
    return {page: filled(page.read_text()) for page in pages()} | whole


def main() -> int:
    """Write the pages, or with `--check` tell which are out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if out of date")
    check = parser.parse_args().check
    stale = [page for page, text in made().items() if not page.exists() or page.read_text() != text]
    for page in stale:
        if not check:
            page.write_text(made()[page])
        sys.stdout.write(f"{'out of date' if check else 'written'}: {page.relative_to(ROOT)}\n")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())

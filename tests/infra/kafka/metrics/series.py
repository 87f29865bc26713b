"""Print the series of two scrapes as JSON: by set of rules and name the label names that occur."""

import json
import re
import sys
from pathlib import Path

_LINE = re.compile(r"(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?P<labels>.*)\})? \S+$")
_LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="(?:[^"\\]|\\.)*"')


def series(path: Path) -> dict[str, list[list[str]]]:
    """Return by name of a series of Connect the sets of labels that it occurs with."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for line in path.read_text().splitlines():
        match = _LINE.match(line)
        if match is not None and match["name"].startswith("kafka_connect_"):
            labels = tuple(sorted(_LABEL.findall(match["labels"] or "")))
            found.setdefault(match["name"], set()).add(labels)
    return {name: sorted(map(list, sets)) for name, sets in sorted(found.items())}


def main() -> None:
    """Print the document."""
    document = {Path(argument).stem: series(Path(argument)) for argument in sys.argv[1:]}
    lines = [
        f" {json.dumps(rules)}: {{\n"
        + ",\n".join(f"  {json.dumps(name)}: {json.dumps(sets)}" for name, sets in found.items())
        + "\n }"
        for rules, found in document.items()
    ]
    sys.stdout.write("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()

"""cli: the `weir-worker` program: arguments, exit codes, nothing else.

Exit codes are Java's: 0 after a stop that was asked for, 1 for wrong usage, 2 for an error, 3 where
a connector of the command line could not be started. `check` is a gate for CI: 0 everything runs,
1 something will not, 2 cannot tell, which wrong usage of it is too. Imports happen late, so that
`--version` and wrong usage answer at once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

USAGE = 1
ERROR = 2

_HELP = """\
Usage: weir-worker standalone worker.properties [connector.properties|.json|.yaml ...]
       weir-worker distributed worker.properties
       weir-worker check worker.properties [connector.properties|.json|.yaml ...]
       weir-worker --version | --help

standalone   runs the connectors of the given files and keeps source offsets in a file
distributed  joins the group of workers that the properties name; connectors come over REST
check        tells what a start with this file would do, such as in place of a Java worker, and
             changes nothing; weir-worker check --help

bootstrap.servers=memory:// runs a worker on an embedded broker, for demos.
A worker that reaches no broker within 30 seconds ends with code 2.
Exit codes: 0 stopped as asked, 1 wrong usage, 2 error, 3 a connector could not be started.
Those of check: 0 everything will run, 1 something will not, 2 cannot tell.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] in ("-h", "--help", "help"):
        (sys.stdout if words else sys.stderr).write(_HELP)
        return 0 if words else USAGE
    if words[0] == "--version":
        from importlib.metadata import version  # noqa: PLC0415 - only needed here

        sys.stdout.write(f"weir-worker {version('weir-runtime')}\n")
        return 0
    if words[0] == "check":
        from weir_runtime.cli import check  # noqa: PLC0415 - only needed here

        return check.main(words[1:])
    mode, files = words[0], [Path(word) for word in words[1:]]
    complaint = _complaint(mode, files)
    if complaint is not None:
        sys.stderr.write(f"weir-worker: {complaint}\n{_HELP}")
        return USAGE
    from weir_runtime.app import main as app  # noqa: PLC0415 - loads what a worker is made of

    return app.run(files[0], files[1:], distributed=mode == "distributed")


def _complaint(mode: str, files: list[Path]) -> str | None:
    if mode not in ("standalone", "distributed"):
        return f"unknown command {mode}"
    if not files:
        return f"{mode} needs a worker.properties"
    if mode == "distributed" and len(files) > 1:
        return "distributed takes one file; connectors are created over REST"
    return None

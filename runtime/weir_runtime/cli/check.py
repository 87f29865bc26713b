"""`weir-worker check`: its arguments."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

CANNOT_TELL = 2

_TEXT = """\
Tells what would happen if a Weir worker was started with this file, and changes nothing: it joins
no group, writes nothing, makes no topic and starts no connector. Connectors are those of the config
topic, or of the files given.
"""
_CODES = """\
Exit codes: 0 everything will run, 1 something will not, 2 cannot tell (no broker answers, a file
cannot be read, wrong usage).
"""


class _Parser(argparse.ArgumentParser):
    """Ends with the code that stands for "cannot tell"."""

    def error(self, message: str) -> None:  # type: ignore[override]  # it does end the program
        """Complain about wrong usage."""
        sys.stderr.write(f"weir-worker check: {message}\n{self.format_usage()}")
        sys.exit(CANNOT_TELL)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the arguments after `check`."""
    made = _Parser(
        prog="weir-worker check",
        description=_TEXT,
        epilog=_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("worker", type=Path, metavar="worker.properties")
    made.add_argument(
        "connectors", type=Path, nargs="*", metavar="connector.properties|.json|.yaml"
    )
    made.add_argument(
        "--mode",
        choices=("distributed", "standalone"),
        help="what the file is for, where group.id or offset.storage.file.filename do not tell",
    )
    made.add_argument("--offline", action="store_true", help="do not look at the Kafka cluster")
    made.add_argument(
        "-o",
        "--output",
        choices=("text", "json"),
        default="text",
        help="text unless told otherwise",
    )
    return made


def main(arguments: Sequence[str]) -> int:
    """Run a check and return its exit code."""
    given = parser().parse_args(arguments)
    from weir_runtime.app.check import main as app  # noqa: PLC0415 - loads what a check is made of
    from weir_runtime.app.check.check import Request  # noqa: PLC0415 - as above

    request = Request(given.worker, tuple(given.connectors), given.mode, given.offline)
    return app.run(request, given.output)

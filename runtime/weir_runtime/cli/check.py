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
cannot be read, wrong usage). What --offline leaves out does not count.
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
        usage="%(prog)s [--mode MODE] [--offline] [-o FORMAT] worker.properties "
        "[connector.properties|.json|.yaml ...]",
        description=_TEXT,
        epilog=_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument(
        "files",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="worker.properties, then connectors: .properties, .json or .yaml",
    )
    made.add_argument(
        "--mode",
        choices=("distributed", "standalone"),
        metavar="MODE",
        help="distributed or standalone, where the file does not tell by group.id and "
        "offset.storage.file.filename",
    )
    made.add_argument("--offline", action="store_true", help="do not look at the Kafka cluster")
    made.add_argument(
        "-o",
        "--output",
        choices=("text", "json"),
        default="text",
        metavar="FORMAT",
        help="text or json; text unless told otherwise",
    )
    return made


def main(arguments: Sequence[str]) -> int:
    """Run a check and return its exit code."""
    given = parser().parse_intermixed_args(arguments)
    from weir_runtime.app.check import main as app  # noqa: PLC0415 - loads what a check is made of
    from weir_runtime.app.check.check import Request  # noqa: PLC0415 - as above

    request = Request(given.files[0], tuple(given.files[1:]), given.mode, given.offline)
    return app.run(request, given.output)

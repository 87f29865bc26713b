"""``weir-operator``: keep connectors as their KafkaConnector resources say."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Coroutine, Sequence
from importlib.metadata import version
from typing import Any

from weir_operator.cli import operator_release, operator_run
from weir_operator.observe import logs
from weir_operator.observe.errors import OperatorError

FAILED = 2

_DIST = "weir-operator"

_DESCRIPTION = """\
Keep connectors of Kafka Connect as their KafkaConnector resources say.
Credentials come from KUBECONFIG, from the pod's service account, or from
~/.kube/config, whichever is first.
"""
_RELEASE = """\
Take the operator's finalizer off, so that resources can be deleted once the
operator is gone. Stop the operator first. A resource whose connector was
created in Connect keeps its finalizer unless --orphan is given: then the
connector stays in Connect, and nothing manages it any more.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give the exit code: 0, 1 for "not all", 2 for an error."""
    options = _parser().parse_args(argv)
    logs.configure(options.log_level)
    try:
        return asyncio.run(_interruptible(_command(options)))
    except OperatorError as error:
        print(f"weir-operator: {error}", file=sys.stderr)
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="weir-operator",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {version(_DIST)}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="work until stopped by Ctrl-C or SIGTERM")
    run.add_argument(
        "--liveness",
        metavar="URL",
        help="serve a health page, such as http://0.0.0.0:8080/healthz",
    )
    release = commands.add_parser(
        "release",
        help="take finalizers off before an uninstall",
        description=_RELEASE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    release.add_argument(
        "--orphan", action="store_true", help="also where a connector is left in Connect"
    )
    for command in (run, release):
        _add_common(command)
    return parser


def _add_common(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "-n",
        "--namespace",
        dest="namespaces",
        action="extend",
        nargs="+",
        default=[],
        metavar="NAME",
        help="work in these namespaces only; without it, in all",
    )
    command.add_argument(
        "--log-level",
        default="INFO",
        choices=["DEBUG", "INFO", "WARNING", "ERROR"],
        help="what is logged to standard error (default: %(default)s)",
    )


def _command(options: argparse.Namespace) -> Coroutine[Any, Any, int]:
    namespaces = tuple(dict.fromkeys(options.namespaces))
    if options.command == "release":
        return operator_release.release(namespaces, orphan=options.orphan)
    return operator_run.run(namespaces, liveness=options.liveness)


async def _interruptible(command: Coroutine[Any, Any, int]) -> int:
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    stopped = False

    def stop() -> None:
        nonlocal stopped
        stopped = True
        # A second signal ends the process at once.
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
        if task:
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    try:
        return await command
    except asyncio.CancelledError:
        if not stopped:
            raise
        return 0


if __name__ == "__main__":
    sys.exit(main())

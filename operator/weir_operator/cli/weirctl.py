"""`weirctl`: connectors from files, without Kubernetes.

Exit codes: 0 everything is as the files say, 1 something differs, 2 an error, 130 interrupted.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
from collections.abc import Coroutine, Iterator, Sequence
from typing import Any

from weir_operator import __version__
from weir_operator.cli import weirctl_apply, weirctl_diff, weirctl_status
from weir_operator.cli.weirctl_output import say, tell_error
from weir_operator.cli.weirctl_session import ERROR, IN_SYNC, connect
from weir_operator.client.error import ConnectApiError
from weir_operator.client.target import ClusterTarget
from weir_operator.config.access import PASSWORD_VARIABLE, Access, AccessError, read_access
from weir_operator.observe.errors import OperatorError
from weir_operator.plan.model import Desired
from weir_operator.sources import file
from weir_operator.sources.folder import Folder, target_of

INTERRUPTED, CLOSED = 130, 141  # as a shell tells of SIGINT and SIGPIPE

_COMMANDS = {
    "diff": "show what apply would change, and change nothing",
    "apply": "make Connect as the files say, and wait until it is",
    "status": "show how the connectors of the files are",
    "watch": "apply, and go on as the files or the connectors change",
    "restart": "restart a connector with its tasks",
}


def _seconds(text: str) -> float:
    """Read a time that somebody can wait for."""
    value = float(text)
    if not 0 < value < 1e9:
        raise ValueError(text)
    return value


_seconds.__name__ = "number of seconds"  # as argparse tells what was expected


def _options(*, top: bool) -> argparse.ArgumentParser:
    """Give the options, which may stand before and after the command."""

    def default(value: object) -> object:
        return value if top else argparse.SUPPRESS

    options = argparse.ArgumentParser(add_help=False)
    options.add_argument(
        "-f", "--folder", default=default(None), help="a folder, a file, or - for stdin"
    )
    options.add_argument(
        "--connect", metavar="URL", default=default(None), help="address of a Connect worker"
    )
    options.add_argument(
        "-o", "--output", choices=("text", "json"), default=default("text"), help="for whom"
    )
    options.add_argument(
        "--timeout",
        type=_seconds,
        metavar="SECONDS",
        default=default(60.0),
        help="most time to take",
    )
    options.add_argument("--ca-file", default=default(None), help="authorities to trust, PEM")
    options.add_argument("--cert-file", default=default(None), help="own certificate, PEM")
    options.add_argument("--key-file", default=default(None), help="key of it, PEM")
    options.add_argument(
        "--user",
        default=default(None),
        help=f"name for basic authentication; the password is in {PASSWORD_VARIABLE}",
    )
    options.add_argument("-v", "--verbose", action="store_true", default=default(False))
    return options


def parser() -> argparse.ArgumentParser:
    """Build the parser of the whole command line."""
    whole = argparse.ArgumentParser(
        prog="weirctl", description=__doc__, parents=[_options(top=True)]
    )
    whole.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in _COMMANDS.items():
        command = commands.add_parser(name, help=text, parents=[_options(top=False)])
        if name == "restart":
            command.add_argument("name", help="name of the connector in Connect")
            which = command.add_mutually_exclusive_group()
            which.add_argument("--failed", action="store_true", help="only what failed")
            which.add_argument("--task", type=int, help="only this task")
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    chosen = parser().parse_args(arguments)
    logging.basicConfig(
        level=logging.INFO if chosen.verbose else logging.CRITICAL,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    try:
        # files are read before the loop takes Ctrl-C over: standard input may be a terminal
        return asyncio.run(_command(chosen))
    except KeyboardInterrupt:
        tell_error("interrupted")
        return INTERRUPTED
    except (OperatorError, BrokenPipeError, ExceptionGroup) as problem:
        return _failed(problem)


def _failed(problem: Exception) -> int:
    """Tell what went wrong and give the exit code; a defect of ours passes through."""
    leaves = list(_leaves(problem))
    if any(isinstance(leaf, BrokenPipeError) for leaf in leaves):
        return CLOSED
    if not all(isinstance(leaf, OperatorError) for leaf in leaves):
        raise problem
    for leaf in leaves:
        tell_error(str(leaf))
    return ERROR


def _leaves(problem: BaseException) -> Iterator[BaseException]:
    if isinstance(problem, BaseExceptionGroup):
        for inner in problem.exceptions:
            yield from _leaves(inner)
    else:
        yield problem


def _access(chosen: argparse.Namespace) -> Access:
    try:
        return read_access(
            os.environ,
            ca_file=chosen.ca_file,
            cert_file=chosen.cert_file,
            key_file=chosen.key_file,
            user=chosen.user,
        )
    except AccessError as problem:
        raise OperatorError(str(problem)) from problem


def _target(url: str, access: Access) -> ClusterTarget:
    try:
        return target_of(url, access)
    except ValueError as problem:
        raise OperatorError(f"--connect: {problem}") from problem


def _command(chosen: argparse.Namespace) -> Coroutine[Any, Any, int]:
    """Check what was given, and read the files, before anything is asked of a worker."""
    access = _access(chosen)
    if chosen.command == "restart":
        if chosen.connect is None:
            raise OperatorError("restart needs --connect URL")
        return _restart(chosen, _target(chosen.connect, access))
    if chosen.connect is not None:
        _target(chosen.connect, access)
    if chosen.folder is None:
        raise OperatorError(f"{chosen.command} needs -f FOLDER")
    folder = Folder(chosen.folder, chosen.connect, access)
    if chosen.command == "watch":
        if chosen.folder == file.STDIN:
            raise OperatorError("watch needs files, which it reads again and again, and no -f -")
        return weirctl_apply.watch(folder.load, as_json=chosen.output == "json")
    desires = folder.load()
    if not desires:
        place = file.STDIN_PLACE if chosen.folder == file.STDIN else chosen.folder
        raise OperatorError(f"{place}: there is no KafkaConnector")
    return _once(chosen, desires)


async def _once(chosen: argparse.Namespace, desires: Sequence[Desired]) -> int:
    do = {
        "diff": weirctl_diff.diff,
        "apply": weirctl_apply.apply,
        "status": weirctl_status.status,
    }[chosen.command]
    text, code = await do(desires, timeout_s=chosen.timeout, as_json=chosen.output == "json")
    say(text)
    return code


async def _restart(chosen: argparse.Namespace, target: ClusterTarget) -> int:
    api = connect(target)
    try:
        if chosen.task is not None:
            await api.restart_task(chosen.name, chosen.task)
        else:
            await api.restart(chosen.name, include_tasks=True, only_failed=chosen.failed)
    except ConnectApiError as problem:
        raise OperatorError(f"{chosen.name} was not restarted: {problem}") from problem
    finally:
        await api.close()
    say(f"asked for a restart of {chosen.name}")
    return IN_SYNC

"""`weirctl`: connectors from files, without Kubernetes.

Exit codes: 0 everything is as the files say, 1 something differs, 2 an error.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Iterator, Sequence

from weir_operator.cli import weirctl_apply, weirctl_diff, weirctl_status
from weir_operator.cli.weirctl_session import ERROR, IN_SYNC
from weir_operator.client.error import ConnectApiError
from weir_operator.client.http import HttpConnect
from weir_operator.config.access import PASSWORD_VARIABLE, Access, AccessError, read_access
from weir_operator.observe.errors import OperatorError
from weir_operator.sources.folder import Folder, target_of

_COMMANDS = {
    "diff": "show what apply would change, and change nothing",
    "apply": "make Connect as the files say, and wait until it is",
    "status": "show how the connectors of the files are",
    "watch": "apply, and go on as the files or the connectors change",
    "restart": "restart a connector with its tasks",
}


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
        "--timeout", type=float, metavar="SECONDS", default=default(60.0), help="most time to take"
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
        return asyncio.run(_run(chosen))
    except OperatorError as problem:
        sys.stderr.write(f"{problem}\n")
        return ERROR
    except ExceptionGroup as group:
        _, others = group.split(OperatorError)
        if others is not None:
            raise
        for leaf in _leaves(group):
            sys.stderr.write(f"{leaf}\n")
        return ERROR
    except KeyboardInterrupt:
        return 130


def _leaves(group: BaseExceptionGroup[BaseException]) -> Iterator[BaseException]:
    for problem in group.exceptions:
        if isinstance(problem, BaseExceptionGroup):
            yield from _leaves(problem)
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


async def _run(chosen: argparse.Namespace) -> int:
    access = _access(chosen)
    if chosen.command == "restart":
        return await _restart(chosen, access)
    if chosen.folder is None:
        raise OperatorError(f"weirctl {chosen.command} needs -f FOLDER")
    folder = Folder(chosen.folder, chosen.connect, access)
    as_json = chosen.output == "json"
    if chosen.command == "watch":
        return await weirctl_apply.watch(folder.load, as_json=as_json)
    desires = folder.load()
    if not desires:
        raise OperatorError(f"{chosen.folder}: there is no KafkaConnector")
    do = {
        "diff": weirctl_diff.diff,
        "apply": weirctl_apply.apply,
        "status": weirctl_status.status,
    }[chosen.command]
    text, code = await do(desires, timeout_s=chosen.timeout, as_json=as_json)
    sys.stdout.write(f"{text}\n")
    return code


async def _restart(chosen: argparse.Namespace, access: Access) -> int:
    if chosen.connect is None:
        raise OperatorError("weirctl restart needs --connect URL")
    try:
        target = target_of(chosen.connect, access)
    except ValueError as problem:
        raise OperatorError(str(problem)) from problem
    api = HttpConnect(target)
    try:
        if chosen.task is not None:
            await api.restart_task(chosen.name, chosen.task)
        else:
            await api.restart(chosen.name, include_tasks=True, only_failed=chosen.failed)
    except ConnectApiError as problem:
        raise OperatorError(f"{chosen.name} was not restarted: {problem}") from problem
    finally:
        await api.close()
    sys.stdout.write(f"asked for a restart of {chosen.name}\n")
    return IN_SYNC

"""What weirctl writes: results to standard output, mistakes to standard error."""

from __future__ import annotations

import os
import sys

from weir_operator.observe.errors import OperatorError


def say(text: str) -> None:
    """Write a result; nothing where standard output was closed from the start.

    Raises:
        BrokenPipeError: Nobody reads on, as with `| head`.
        OperatorError: It cannot be written.
    """
    if sys.stdout is None:
        return
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        _give_up()
        raise
    except OSError as problem:
        _give_up()
        reason = (problem.strerror or str(problem)).lower()
        raise OperatorError(f"the output cannot be written: {reason}") from problem


def tell_error(text: str) -> None:
    """Write to standard error, every line with the name of the program."""
    if sys.stderr is None:
        return
    for line in text.splitlines():
        sys.stderr.write(f"weirctl: {line}\n")


def _give_up() -> None:
    # what is still in the buffer would fail once more at the end of the process
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)

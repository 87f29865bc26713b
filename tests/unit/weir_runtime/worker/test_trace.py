"""Failures read like Java's."""

import re

import pytest

from weir_runtime.api.errors import ConnectError
from weir_runtime.worker import trace


def failing(message: str = "the row is bad") -> BaseException:
    def inner() -> None:
        raise ValueError(message)

    def outer() -> None:
        try:
            inner()
        except ValueError as error:
            raise ConnectError("Tolerance exceeded in error handler") from error

    with pytest.raises(ConnectError) as caught:
        outer()
    return caught.value


def test_it_looks_like_a_java_trace_to_the_clients_that_parse_those() -> None:
    text = trace.text(failing())
    lines = text.splitlines()
    assert lines[0] == "weir_runtime.api.errors.ConnectError: Tolerance exceeded in error handler"
    assert re.fullmatch(r"\tat [\w.<>]+\(test_trace\.py:\d+\)", lines[1])
    assert "Caused by: ValueError: the row is bad" in lines
    # a console that drops frames and prefers causes shows what follows the first colon
    kept = [line for line in lines if not line.endswith(")")]
    cause = next(line for line in kept if line.startswith("Caused by"))
    assert cause.split(":", 2)[2].strip() == "the row is bad"


def test_the_innermost_frame_comes_first() -> None:
    lines = trace.text(failing()).splitlines()
    cause = lines.index("Caused by: ValueError: the row is bad")
    assert ".inner(" in lines[cause + 1]


def test_an_error_during_another_is_shown_with_it_and_a_silenced_one_is_not() -> None:
    first, second = KeyError("first"), ConnectError("second")
    second.__context__ = first
    assert "Caused by: KeyError: 'first'" in trace.text(second)
    second.__suppress_context__ = True
    assert "first" not in trace.text(second)


def test_a_circle_of_causes_ends() -> None:
    one, two = ConnectError("one"), ConnectError("two")
    one.__cause__, two.__cause__ = two, one
    assert trace.text(one).count("one") == 1


def test_the_parts_of_a_group_are_named() -> None:
    group = ExceptionGroup("several", [ValueError("a"), KeyError("b")])
    text = trace.text(group)
    assert "\tSuppressed: ValueError: a" in text
    assert "\tSuppressed: KeyError: 'b'" in text


@pytest.mark.parametrize("size", [10, 5_000, 5_000_000])
def test_it_has_a_bound(size: int) -> None:
    error = failing("x" * size)
    for number in range(200):
        outer = ConnectError(f"layer {number} " + "y" * 200)
        outer.__cause__ = error
        error = outer
    assert len(trace.text(error)) <= trace.MAX_CHARACTERS + 100


def test_an_error_without_a_message_is_its_class() -> None:
    assert trace.headline(ConnectError()) == "weir_runtime.api.errors.ConnectError"

"""Lines of the log, as text and as JSON, with their context."""

import io
import json
import logging
import re
from collections.abc import Iterator

import pytest

from weir_runtime.observe import context, level, log, redaction
from weir_runtime.observe.level import UnknownLevelError
from weir_runtime.observe.secret import Secret


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, number = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(number)
    logging.captureWarnings(False)


def lines(log_format: str) -> tuple[logging.Logger, io.StringIO]:
    stream = io.StringIO()
    log.set_up(log_format=log_format, stream=stream)
    return logging.getLogger("test.lines"), stream


def fail(message: str) -> None:
    raise ValueError(message)


def test_text_is_one_line_in_javas_pattern() -> None:
    logger, stream = lines("text")
    with context.scope("orders", 0, "offsets"):
        logger.warning("took %d ms", 5, extra={"topic": "t"})
    assert re.fullmatch(
        r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] WARN \[orders\|task-0\|offsets\] "
        r"took 5 ms topic=t \(test\.lines:\d+\)\n",
        stream.getvalue(),
    )


def test_a_line_outside_of_any_scope_has_no_context() -> None:
    logger, stream = lines("text")
    with context.scope("orders"):
        assert str(context.current()) == "[orders|worker]"
    logger.info("hello")
    assert " INFO hello (test.lines:" in stream.getvalue()


def test_a_relayed_record_keeps_its_own_context_and_has_no_line() -> None:
    logger, stream = lines("text")
    record = logger.makeRecord("plugin", logging.INFO, "(executor)", 0, "hello", (), None)
    record.context = context.LogContext("a", 1)
    with context.scope("other"):
        logger.handle(record)
    assert stream.getvalue().endswith(" INFO [a|task-1] hello (plugin)\n")


def test_json_is_one_object_a_line() -> None:
    logger, stream = lines("json")
    with context.scope("orders", 2):
        try:
            fail("bad\nthing")
        except ValueError:
            logger.exception("failed", extra={"password": Secret("hunter2"), "level": "mine"})
    (line,) = stream.getvalue().splitlines()
    document = json.loads(line)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", document.pop("timestamp"))
    assert document.pop("exception").endswith("ValueError: bad\nthing")
    assert document == {
        "level": "ERROR",
        "logger": "test.lines",
        "context": "orders|task-2",
        "connector": "orders",
        "task": 2,
        "message": "failed",
        "password": "[hidden]",
    }


def test_a_trace_follows_its_line() -> None:
    logger, stream = lines("text")
    try:
        fail("bad")
    except ValueError:
        logger.exception("failed")
    assert stream.getvalue().splitlines()[-1] == "ValueError: bad"


def test_set_up_replaces_what_was_set_up_before() -> None:
    _, first = lines("text")
    logger, second = lines("text")
    logger.info("once")
    assert first.getvalue() == ""
    assert second.getvalue().count("once") == 1


@pytest.mark.parametrize(
    ("number", "name"),
    [(200, "OFF"), (50, "FATAL"), (40, "ERROR"), (30, "WARN"), (25, "INFO"), (20, "INFO"),
     (10, "DEBUG"), (5, "TRACE"), (1, "ALL"), (0, "ALL")],
)  # fmt: skip
def test_levels_have_javas_names(number: int, name: str) -> None:
    assert level.name(number) == name
    if 0 < number <= 100 and number != 25:
        assert level.number(name.lower()) == number


def test_an_unknown_level_is_refused_in_connects_words() -> None:
    with pytest.raises(UnknownLevelError, match=r"^invalid log level 'debux'\.$"):
        level.normal("debux")


def test_javas_own_levels_may_be_set_by_name() -> None:
    lines("text")
    logger = logging.getLogger("test.levels")
    logger.setLevel("TRACE")
    assert logger.level == level.number("trace")


def test_a_secret_is_never_shown() -> None:
    secret = Secret("hunter2")
    assert f"{secret} {secret!r} {secret!s:>10}" == "[hidden] [hidden]   [hidden]"
    assert "hunter2" not in repr([secret])
    assert secret.reveal() == "hunter2"
    assert secret == Secret("hunter2") != Secret("other")
    assert len({secret, Secret("hunter2")}) == 1


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_message_cannot_make_a_line_of_its_own(log_format: str) -> None:
    logger, stream = lines(log_format)
    logger.info(
        "a\n[2026-01-01] ERROR forged\r\x1b[31m\u2028%s", "x\ny", extra={"name_of": "z\n{}"}
    )
    (line,) = stream.getvalue().splitlines()
    assert "\x1b" not in line


def test_a_secret_is_hidden_also_where_json_escapes_it() -> None:
    redaction.SECRETS.learn("test of logs", ['p"quoted\\secret'])
    for log_format in ("text", "json"):
        logger, stream = lines(log_format)
        logger.error('with p"quoted\\secret', extra={"url": 'x:p"quoted\\secret@y'})
        assert "quoted" not in stream.getvalue()
        assert stream.getvalue().count("[hidden]") == 2

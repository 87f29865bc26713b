"""The pure parts of weirctl's verbs: selections, verdicts, traces, files, offsets, advice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weir_operator.cli.weirctl.cluster import plugin
from weir_operator.cli.weirctl.connector import advice, file, select, verdict
from weir_operator.cli.weirctl.connector.trace import cause
from weir_operator.cli.weirctl.offset import parse
from weir_operator.cli.weirctl.offset import read as offset_read
from weir_operator.client.view import (
    ConnectorView,
    DefinitionView,
    KeyErrors,
    OffsetView,
    StatusView,
    TaskView,
)

JAVA = """\
org.apache.kafka.connect.errors.ConnectException: Exiting WorkerSinkTask
\tat org.apache.kafka.connect.runtime.WorkerSinkTask.deliverMessages(WorkerSinkTask.java:632)
Caused by: org.example.Between: x
\tat org.example.Thing.put(Thing.java:1)
Caused by: java.io.IOException: No space left on device
\t... 10 more
"""
PYTHON = """\
Traceback (most recent call last):
  File "x.py", line 1, in put
    raise ValueError("no")
ValueError: no
"""


def view(
    state: str, *tasks: str, name: str = "c", kind: str = "org.x.JdbcSinkConnector", count: int = 0
) -> ConnectorView:
    status = StatusView(
        state,
        "w:1",
        tasks=tuple(
            TaskView(i, one, "w:1", JAVA if one == "FAILED" else "") for i, one in enumerate(tasks)
        ),
    )
    return ConnectorView(name, {"connector.class": kind}, count, "sink", status)


@pytest.mark.parametrize(
    ("trace", "line"),
    [
        (JAVA, "java.io.IOException: No space left on device"),
        (PYTHON, "ValueError: no"),
        ("java.lang.Error: x\n\tat y", "java.lang.Error: x"),
        ("just words", "just words"),
        ("", ""),
    ],
)
def test_of_a_trace_the_innermost_cause_is_told(trace: str, line: str) -> None:
    assert cause(trace) == line


@pytest.mark.parametrize(
    ("chosen", "fits"),
    [
        (select.Selection(("c",)), True),
        (select.Selection(("x",)), False),
        (select.Selection(("^c$", "y"), regex=True), True),
        (select.Selection(("^x",), regex=True), False),
        (select.Selection(states=("failed",)), True),
        (select.Selection(states=("running",)), True),
        (select.Selection(states=("paused", "stopped")), False),
        (select.Selection(types=("source",)), False),
        (select.Selection(classes=("JdbcSink",)), True),
        (select.Selection(classes=("*jdbc*",)), True),
        (select.Selection(classes=("org.x.JdbcSinkConnector",)), True),
        (select.Selection(classes=("jdbc",)), False),
        (select.Selection(("c",), states=("paused",)), False),
    ],
)
def test_a_selection_finds_what_has_all_that_was_asked_for(
    chosen: select.Selection, fits: bool
) -> None:
    assert chosen.fits(view("RUNNING", "RUNNING", "FAILED")) is fits


@pytest.mark.parametrize(
    ("judge", "found", "since_s", "moved", "expected"),
    [
        (verdict.paused, view("PAUSED", "PAUSED"), 0.0, False, ""),
        (verdict.paused, view("PAUSED", "RUNNING"), 9.0, False, None),
        (verdict.paused, view("PAUSED", "FAILED"), 0.0, False, ""),
        (verdict.stopped, view("STOPPED"), 0.0, False, ""),
        (verdict.stopped, view("STOPPED", "RUNNING"), 9.0, False, None),
        (verdict.running, view("RUNNING", "RUNNING", count=1), 0.0, False, ""),
        (verdict.running, view("RUNNING", "RUNNING", count=2), 0.0, False, None),
        (verdict.running, view("RUNNING", count=0), 0.5, False, None),
        (verdict.running, view("RUNNING", count=0), 3.5, False, ""),
        (verdict.running, view("RUNNING", "FAILED"), 0.1, False, None),
        (verdict.running, view("RUNNING", "FAILED"), 2.0, False, "task 0 FAILED: java.io.IO"),
        (verdict.running, view("RUNNING", "FAILED"), 0.1, True, "task 0 FAILED: java.io.IO"),
        (verdict.running, view("RUNNING", "FAILED", "UNASSIGNED"), 9.0, True, None),
        (verdict.restarted, view("RUNNING", "RUNNING"), 0.1, False, None),
        (verdict.restarted, view("RUNNING", "RUNNING"), 0.1, True, ""),
        (verdict.restarted, view("RUNNING", "RESTARTING"), 9.0, True, None),
        (verdict.restarted, view("RUNNING", "FAILED"), 2.0, False, "task 0 FAILED: java.io.IO"),
        (verdict.gone, None, 0.0, False, ""),
        (verdict.gone, view("RUNNING"), 9.0, False, None),
        (verdict.running, None, 9.0, False, None),
    ],
)
def test_a_connector_is_waited_for_until_it_is_at_rest(
    judge: verdict.Judge,
    found: ConnectorView | None,
    since_s: float,
    moved: bool,
    expected: str | None,
) -> None:
    got = judge(verdict.Look(found, since_s, moved))
    if expected is None:
        assert got is None
    else:
        assert got is not None
        assert got.problem.startswith(expected)
        assert bool(got.problem) is bool(expected)


def test_advice_names_the_command_that_helps() -> None:
    failed = advice.advice(view("RUNNING", "FAILED", name="a b"), (), known_class=True)
    assert failed[-1].endswith("weirctl restart 'a b' --failed")
    assert "weirctl resume c" in advice.advice(view("STOPPED"), (), known_class=True)[0]
    assert "weirctl plugins" in advice.advice(view("FAILED"), (), known_class=False)[0]
    wrong = (KeyErrors("topic", ("is missing",)),)
    told = advice.advice(view("RUNNING", "RUNNING"), wrong, known_class=True)
    assert told[0] == "the config is refused: topic: is missing"
    assert advice.advice(view("RUNNING", "RUNNING"), (), known_class=True) == []


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "a", "config": {"connector.class": "X", "tasks.max": 2}}',
        '{"name": "a", "connector.class": "X", "tasks.max": "2"}',
        "name: a\nconfig: {connector.class: X, tasks.max: 2}\n",
        "connector.class: X\nname: a\ntasks.max: 2\n",
        '[{"name": "a", "config": {"connector.class": "X", "tasks.max": "2"}}]',
    ],
)
def test_a_connector_is_read_in_each_form_that_people_have(text: str) -> None:
    (wanted,) = file.parse(text)
    named = file.named(wanted, None, {})
    assert named.name == "a"
    assert named.config == {"name": "a", "connector.class": "X", "tasks.max": "2"}


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('{"name": ', "this is no JSON"),
        ("a: [", "this is no YAML"),
        ("", "there is no connector"),
        ("[1]", "a connector is"),
        ('{"config": {"a": {"b": 1}}}', "a: a nested map"),
        ('{"config": {"a": null}}', "a: null has no meaning"),
        ("apiVersion: weir.dev/v1alpha1\nkind: KafkaConnector", "weirctl apply -f"),
    ],
)
def test_what_is_no_connector_is_refused_in_a_sentence(text: str, part: str) -> None:
    with pytest.raises(ValueError, match=part):
        file.parse(text)


def test_properties_are_read_as_java_reads_them() -> None:
    text = "# no\n! no\n a = 1 \nb:two\\\n   more\nc\\=d=e\\tf\ng \\u00e4\nh\nk=v\\\\\n"
    assert file.properties(text) == {
        "a": "1 ",
        "b": "twomore",
        "c=d": "e\tf",
        "g": "ä",
        "h": "",
        "k": "v\\",
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a=1,b=x", {"a": 1, "b": "x"}),
        ("filename=/a=b", {"filename": "/a=b"}),
        ('{"a": "1"}', {"a": "1"}),
        ("a=true,b=1.5,c=", {"a": True, "b": 1.5, "c": ""}),
        ("a=[1]", {"a": "[1]"}),
    ],
)
def test_partitions_are_typed_as_pairs_or_json(text: str, found: dict[str, object]) -> None:
    assert parse.mapping(text) == found


@pytest.mark.parametrize("text", ["a", "=1", '{"a"', ""])
def test_what_is_no_partition_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"neither|no JSON"):
        parse.mapping(text)


def test_a_sinks_offset_is_typed_in_one_word() -> None:
    one = parse.at("a:b:3=42")
    assert one == OffsetView({"kafka_topic": "a:b", "kafka_partition": 3}, {"kafka_offset": 42})
    assert parse.at("t:0=none").offset is None
    for text in ("t=1", "t:x=1", "t:0", ":0=1", "t:0=-1", "t:0=x"):
        with pytest.raises(ValueError, match="TOPIC:PARTITION=OFFSET"):
            parse.at(text)


OFFSETS = st.lists(
    st.builds(
        OffsetView,
        st.dictionaries(st.sampled_from("pq"), st.integers(0, 3), min_size=1),
        st.dictionaries(st.just("o"), st.integers(0, 3), min_size=1) | st.none(),
    ),
    max_size=5,
    unique_by=lambda one: parse.identity(one.partition),
)


def applied(before: list[OffsetView], wanted: list[OffsetView]) -> dict[str, object]:
    """Do as Connect does."""
    found = {parse.identity(one.partition): one.offset for one in before if one.offset is not None}
    found |= {parse.identity(one.partition): one.offset for one in wanted if one.offset is not None}
    gone = {parse.identity(one.partition) for one in wanted if one.offset is None}
    return {key: value for key, value in found.items() if key not in gone}


@given(OFFSETS, OFFSETS)
def test_what_was_saved_brings_back_what_was_before(
    committed: list[OffsetView], wanted: list[OffsetView]
) -> None:
    before = [one for one in committed if one.offset is not None]
    after = applied(before, wanted)
    held = [OffsetView(dict(eval_key(key)), value) for key, value in after.items()]  # type: ignore[arg-type]
    assert applied(held, parse.undoing(before, wanted)) == applied(before, [])
    replaced = parse.replacing(before, wanted)
    assert applied(before, replaced) == applied([], wanted)
    assert bool(parse.changes(before, wanted)) is (after != applied(before, []))


def eval_key(key: str) -> dict[str, object]:
    """Read the identity of a partition back."""
    import json

    found: dict[str, object] = json.loads(key)
    return found


def test_numbers_given_as_texts_are_the_same_partition() -> None:
    before = [OffsetView({"kafka_topic": "t", "kafka_partition": 0}, {"kafka_offset": 5})]
    wanted = [OffsetView({"kafka_topic": "t", "kafka_partition": "0"}, {"kafka_offset": "5"})]
    assert parse.changes(before, wanted) == []


def test_offsets_are_read_as_they_were_written() -> None:
    offsets = [OffsetView({"a": 1}, {"b": 2}), OffsetView({"a": 2}, None)]
    assert parse.document(offset_read.body(offsets)) == offsets
    assert parse.document(offset_read.body(offsets)["offsets"]) == offsets
    wrong: list[object] = [{}, [1], [{"partition": 1}], [{"partition": {}, "offset": 1}]]
    for body in wrong:
        with pytest.raises(ValueError, match="offsets are"):
            parse.document(body)


def test_offsets_of_a_sink_stand_in_a_table_by_partition() -> None:
    offsets = [
        OffsetView({"kafka_partition": n, "kafka_topic": "t"}, {"kafka_offset": n}) for n in (10, 9)
    ]
    lines = offset_read.text("c", offsets).splitlines()
    assert lines[0].split() == ["CONNECTOR", "TOPIC", "PARTITION", "OFFSET"]
    assert [line.split()[2] for line in lines[1:]] == ["9", "10"]
    assert offset_read.text("c", []) == "c has no offsets"


def test_keys_of_a_plugin_stay_within_the_terminal() -> None:
    keys = [
        DefinitionView(
            "topic", "STRING", required=True, importance="HIGH", documentation="x " * 90
        ),
        DefinitionView("a", "LIST", default=""),
    ]
    lines = plugin.text(keys, width=60).splitlines()
    assert max(map(len, lines)) <= 60
    assert "(required)" in lines[1]
    assert lines[1].endswith("...")
    assert '""' in lines[2]
    assert len(plugin.text(keys, width=None).splitlines()[1]) > 100

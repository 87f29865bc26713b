"""What runs, written as a file and read again: nothing differs, and no secret is in it."""

import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from weir_operator.client.view import ConnectorView, StatusView, TaskView
from weir_operator.plan import difference, kept
from weir_operator.plan.model import Desired
from weir_operator.sources import emitter
from weir_operator.sources.document import documents
from weir_operator.sources.folder import Folder
from weir_operator.sources.manifest import Form, ManifestError, manifest, state_of
from weir_operator.sources.slug import LONGEST, plain, slugs

PLACE = {"external": {"url": "http://connect:8083"}}
OPEN = Form(PLACE, secrets=True)
NASTY = (
    "yes", "010", "1e3", "1.0", "null", "~", "", " ", "2024-01-01", "0x1F", "a: b", "# no", "- x",
    "a\nb", "a\n", "\n", "\na", " a\nb", "a \nb", "a\n\nb", "a\r\nb", "a\tb", "x\x00y", "\ud800",
    "\u2028", "\x85", "\ufeff", "|", ">", "%", "@", "`", "'", '"', "{a}", "[a]", "*a", "&a", "!a",
    "<<", "=", "? a", ":", "...", "---", "a #b", "${file:/x:y}", "日本", "\U0001f600", "\U0010ffff",
)  # fmt: skip
texts = st.sampled_from(NASTY) | st.text(max_size=30)
keys = st.sampled_from(("topic", "y", "1", "null", "a.b", "<<", *NASTY)) | st.text(max_size=20)
RESERVED = {"name", "connector.class", "tasks.max", "connector.plugin.version"}
configs = st.dictionaries(keys.filter(lambda key: key not in RESERVED), texts, max_size=12)
names = st.text(min_size=1, max_size=40)
states = st.sampled_from(["RUNNING", "PAUSED", "STOPPED", "FAILED", "UNASSIGNED"])


def view(name: str, config: dict[str, str], state: str = "RUNNING") -> ConnectorView:
    whole = {"name": name, "connector.class": "X", **config}
    return ConnectorView(name, whole, status=StatusView(state))


def read(text: str) -> Desired:
    (desired,) = Folder("a.yaml").of_text(text)
    return desired


@given(
    name=names,
    config=configs,
    state=states,
    tasks=st.none() | st.integers(1, 2**31 - 1).map(str) | st.sampled_from(["01", " 2 "]),
    version=st.none() | st.text(min_size=1, max_size=20),
    namespace=st.sampled_from(["", "shop"]),
)
def test_what_runs_is_what_the_exported_file_asks_for(
    name: str,
    config: dict[str, str],
    state: str,
    tasks: str | None,
    version: str | None,
    namespace: str,
) -> None:
    more = {"tasks.max": tasks, "connector.plugin.version": version}
    found = view(
        name, config | {key: text for key, text in more.items() if text is not None}, state
    )
    form = Form(PLACE, namespace=namespace, secrets=True)
    made = manifest(found, plain(name), frozenset(), form)
    desired = read(emitter.dump(made.resource))
    assert desired.connector == name
    assert not difference.compare(desired, found)


@given(name=names, config=configs, data=st.data())
def test_what_is_withheld_is_not_in_the_text_and_stays_in_connect(
    name: str, config: dict[str, str], data: st.DataObject
) -> None:
    passwords = frozenset(data.draw(st.sets(st.sampled_from(sorted(config)))) if config else ())
    secret = {key: f"hunter2 {number}" for number, key in enumerate(sorted(passwords))}
    found = view(name, config | secret)
    made = manifest(found, plain(name), passwords, Form(PLACE))
    text = emitter.dump(made.resource)
    assert "hunter2" not in text
    desired = read(text)
    assert desired.keep >= passwords
    whole = kept.laid_over(desired, found)
    assert not difference.compare(whole, found)
    assert whole.config == found.config


@given(text=texts)
def test_a_text_is_a_text_for_every_reader(text: str) -> None:
    dumped = emitter.dump({"key": text, "list": [text]})
    (document,) = documents("a.yaml", dumped)
    assert yaml.safe_load(dumped) == document.data == {"key": text, "list": [text]}


def test_a_file_reads_well() -> None:
    config = {"topic": "orders", "query": "select *\nfrom orders\nwhere id > 7", "flag": "true"}
    config |= {"tasks.max": "2", "since": "2024-01-01"}
    text = emitter.dump(manifest(view("orders", config), "orders", frozenset(), OPEN).resource)
    assert text == (
        "apiVersion: weir.dev/v1alpha1\n"
        "kind: KafkaConnector\n"
        "metadata:\n"
        "  name: orders\n"
        "spec:\n"
        "  external:\n"
        "    url: http://connect:8083\n"
        "  class: X\n"
        "  tasksMax: 2\n"
        "  config:\n"
        "    flag: 'true'\n"
        "    query: |-\n"
        "      select *\n"
        "      from orders\n"
        "      where id > 7\n"
        "    since: '2024-01-01'\n"
        "    topic: orders\n"
    )


@pytest.mark.parametrize(
    ("state", "tasks", "asked"),
    [
        ("RUNNING", [], "running"),
        ("PAUSED", [], "paused"),
        ("STOPPED", [], "stopped"),
        ("FAILED", ["PAUSED", "PAUSED"], "paused"),
        ("FAILED", ["RUNNING", "PAUSED"], "running"),
        ("FAILED", [], "running"),
        ("UNASSIGNED", [], "running"),
    ],
)
def test_the_state_is_the_one_that_was_asked_for(state: str, tasks: list[str], asked: str) -> None:
    status = StatusView(state, tasks=tuple(TaskView(n, one) for n, one in enumerate(tasks)))
    assert state_of(ConnectorView("a", {}, status=status)) == asked


@pytest.mark.parametrize(
    ("config", "part"),
    [
        ({"tasks.max": "many"}, "tasks.max is 'many'"),
        ({"tasks.max": "0"}, "spec.tasksMax: write 1 or more"),
        ({"connector.class": ""}, "spec.class: it is empty"),
    ],
)
def test_what_no_file_can_hold_is_told(config: dict[str, str], part: str) -> None:
    with pytest.raises(ManifestError, match=re.escape(part)):
        manifest(view("a", config), "a", frozenset(), OPEN)


@given(st.sets(st.text(min_size=1, max_size=30) | st.text("aAbB-_/.", min_size=1), max_size=20))
def test_slugs_are_names_of_files_and_no_two_are_equal(found: set[str]) -> None:
    made = slugs(found)
    assert set(made) == found
    assert len(set(made.values())) == len(found)
    for slug in made.values():
        assert re.fullmatch(r"[a-z0-9]([-.a-z0-9]*[a-z0-9])?", slug)
        assert all(re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", part) for part in slug.split("."))


def test_slugs_keep_what_is_a_name_already_and_tell_others_apart() -> None:
    made = slugs(["Orders", "orders", "ORDERS", "a/b", "größe", "日本", "..", "con", "x" * 900])
    assert made["orders"] == "orders"
    assert made["a/b"] == "a-b"
    assert re.fullmatch("orders-[0-9a-f]{10}", made["Orders"])
    assert made["Orders"] != made["ORDERS"]
    assert made["con"] == "connector-con"
    assert made["日本"].startswith("connector")
    assert len(made["x" * 900]) <= LONGEST + 11
    assert slugs(["a"], taken={"a"}) != {"a": "a"}

"""Connect's JSON as values."""

from typing import Any

import pytest

from weir_operator.client import wire
from weir_operator.client.http import segment
from weir_operator.client.view import KeyErrors

STATUS: dict[str, Any] = {
    "name": "c",
    "connector": {"state": "RUNNING", "worker_id": "w:1", "version": "1"},
    "tasks": [
        {"id": 1, "state": "FAILED", "worker_id": "w:1", "trace": "boom"},
        {"id": 0, "state": "running", "worker_id": "w:2"},
    ],
    "type": "source",
}
INFO: dict[str, Any] = {
    "name": "c",
    "config": {"name": "c", "tasks.max": 2},
    "tasks": [{"connector": "c", "task": 0}, {"connector": "c", "task": 1}],
    "type": "source",
}


def test_the_expanded_list_becomes_views_with_sorted_tasks() -> None:
    found = wire.connectors_of({"c": {"status": STATUS, "info": INFO}, "half": {"info": INFO}})
    assert set(found) == {"c"}
    status = found["c"].status
    assert status is not None
    assert [(task.id, task.state, task.trace) for task in status.tasks] == [
        (0, "RUNNING", ""),
        (1, "FAILED", "boom"),
    ]
    assert found["c"].config == {"name": "c", "tasks.max": "2"}
    assert found["c"].task_count == 2


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "x",
        {"c": []},
        {"c": {"status": {}, "info": INFO}},
        {"c": {"status": STATUS, "info": {"config": []}}},
    ],
)
def test_another_shape_is_a_value_error(body: Any) -> None:
    with pytest.raises(ValueError, match="is no JSON"):
        wire.connectors_of(body)


def test_validation_errors_are_kept_word_for_word_by_key() -> None:
    body = {
        "configs": [
            {
                "definition": {"name": "file", "type": "STRING"},
                "value": {"name": "file", "errors": ["a", "b"]},
            },
            {
                "definition": {"name": "pw", "type": "PASSWORD"},
                "value": {"name": "pw", "errors": []},
            },
            {"definition": None, "value": {"name": "other", "errors": []}},
        ]
    }
    found = wire.validation_of(body)
    assert found.errors == (KeyErrors("file", ("a", "b")),)
    assert found.password_keys == {"pw"}


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("orders", "orders"),
        ("a b", "a%20b"),
        ("a/b%c->d", "a%2Fb%25c-%3Ed"),
        ("?#&", "%3F%23%26"),
        ("zürich", "z%C3%BCrich"),
        ("..", "%2E%2E"),
    ],
)
def test_a_name_is_one_path_segment(name: str, encoded: str) -> None:
    assert segment(name) == encoded

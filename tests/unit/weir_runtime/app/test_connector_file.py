from __future__ import annotations

from pathlib import Path

import pytest

from weir_runtime.api.errors import ConfigError
from weir_runtime.app import connector_file
from weir_runtime.model.state import TargetState


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        ("properties", "name=c\ntasks.max=2\nx=true\n"),
        ("json", '{"name": "c", "tasks.max": 2, "x": true}'),
        ("yaml", "name: c\ntasks.max: 2\nx: true\n"),
        ("yml", "{name: c, tasks.max: 2, x: true}"),
    ],
)
def test_every_flat_form_gives_the_same_config(tmp_path: Path, suffix: str, text: str) -> None:
    path = tmp_path / f"c.{suffix}"
    path.write_text(text)
    found = connector_file.read(path)
    assert (found.name, found.initial_state) == ("c", None)
    assert found.config == {"name": "c", "tasks.max": "2", "x": "true"}


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        ("json", '{"name": "c", "config": {"a": 1}, "initial_state": "stopped"}'),
        ("yaml", "name: c\nconfig: {a: 1}\ninitial_state: STOPPED\n"),
    ],
)
def test_the_form_of_a_request_may_carry_a_state(tmp_path: Path, suffix: str, text: str) -> None:
    path = tmp_path / f"c.{suffix}"
    path.write_text(text)
    found = connector_file.read(path)
    assert found.initial_state is TargetState.STOPPED
    assert found.config == {"a": "1", "name": "c"}


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("c.json", '{"name":', "no valid JSON"),
        ("c.json", "[]", "a map is expected, not a list"),
        ("c.json", '{"a": "1"}', "name is missing"),
        ("c.json", '{"name": "c", "a": [1]}', "a is a list"),
        ("c.json", '{"name": "c", "config": {}, "surplus": 1}', "unknown field surplus"),
        ("c.json", '{"name": "c", "config": {"name": "d"}}', "config has the name d"),
        ("c.json", '{"name": "c", "config": {}, "initial_state": "ASLEEP"}', "ASLEEP"),
        ("c.yaml", "a: [", "no valid YAML"),
        ("c.yaml", "", "a map is expected, not nothing"),
        ("c.properties", "a=1", "name is missing"),
    ],
)
def test_a_bad_file_is_one_line_that_names_it(
    tmp_path: Path, name: str, text: str, sentence: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        connector_file.read(path)
    assert str(caught.value).startswith(str(path))
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["none.json", "none.yaml", "none.properties"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=f"{name}: cannot be read"):
        connector_file.read(tmp_path / name)

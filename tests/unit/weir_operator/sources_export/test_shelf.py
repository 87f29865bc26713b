"""What stands in a folder already: brought up to date alone, or left as it is."""

import json
from pathlib import Path
from typing import Any

import pytest

from weir_operator.client.target import ClusterTarget
from weir_operator.client.view import ConnectorView, StatusView
from weir_operator.sources.manifest import Form, ManifestError, manifest
from weir_operator.sources.shelf import Shelf

URL = "http://connect:8083"
FORM = Form({"external": {"url": URL}})
VIEW = ConnectorView(
    "a", {"name": "a", "connector.class": "X", "topic": "new"}, status=StatusView("RUNNING")
)


def resource(name: str) -> dict[str, Any]:
    return {
        "apiVersion": "weir.dev/v1alpha1",
        "kind": "KafkaConnector",
        "metadata": {"name": name, "labels": {"team": "shop"}},
        "spec": {"external": {"url": URL}, "class": "X", "config": {"topic": "old"}},
    }


def rewrite(folder: Path) -> None:
    shelf = Shelf.of(str(folder), ClusterTarget(URL), FORM)
    made = manifest(VIEW, "a", frozenset(), FORM)
    shelf.rewrite(shelf.known["a"], made, private=False)


def test_a_file_is_brought_up_to_date_and_keeps_what_an_export_does_not_write(
    tmp_path: Path,
) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps(resource("a")))
    rewrite(tmp_path)
    assert "topic: new" in file.read_text()
    assert "team: shop" in file.read_text()


@pytest.mark.parametrize("form", ["documents", "list"])
def test_a_file_with_other_resources_is_left_to_its_owner(tmp_path: Path, form: str) -> None:
    both = [json.dumps(resource(name)) for name in ("a", "b")]
    text = "\n---\n".join(both) if form == "documents" else f"[{', '.join(both)}]"
    file = tmp_path / "both.yaml"
    file.write_text(text)
    with pytest.raises(ManifestError, match="holds other documents too"):
        rewrite(tmp_path)
    assert file.read_text() == text

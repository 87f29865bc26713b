"""What a real API server makes of the definition, the examples and the policy."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from weir_operator.plan.text import connect_string
from weir_operator.sources.folder import Folder

pytestmark = pytest.mark.apiserver
ROOT = Path(__file__).parents[3]
URL = "http://connect.example:8083"


@pytest.fixture
def refused(connectors: Any) -> Callable[..., str]:
    """Apply a spec that has to be refused; give the server's words."""

    def apply(**spec: Any) -> str:
        spec.setdefault("class", "X")
        text = connectors.manifest("one", **spec)
        said: str = connectors.server.kubectl(
            "-n", connectors.namespace, "apply", "-f", "-", stdin=json.dumps(text), check=False
        )
        assert not connectors.exists("one"), said
        return said

    return apply


def test_strings_numbers_and_booleans_are_taken_as_they_are(connectors: Any) -> None:
    config = {"text": "a", "whole": 3, "part": 1.5, "truth": True, "a.b.c": "d"}
    connectors.create("one", url=URL, config=config)
    assert connectors.get("one")["spec"]["config"] == config


@pytest.mark.parametrize(
    ("key", "field"),
    [
        ("name", "name"),
        ("connector.class", "class"),
        ("tasks.max", "tasksMax"),
        ("connector.plugin.version", "version"),
    ],
)
def test_reserved_keys_are_refused_with_the_field_to_use(
    refused: Callable[..., str], key: str, field: str
) -> None:
    said = refused(external={"url": URL}, config={key: "1"})
    assert f"config holds the reserved key {key}: write spec.{field} instead" in said


def test_two_clusters_are_refused(refused: Callable[..., str]) -> None:
    said = refused(external={"url": URL}, connectRef={"name": "main"})
    assert "give either external or connectRef, not both" in said


@pytest.mark.parametrize(
    ("external", "words"),
    [
        ({"url": "connect:8083"}, "spec.external.url"),
        ({"url": "http://me:secret@connect:8083"}, "url holds credentials"),
        ({"url": URL, "tls": {"caSecretRef": {"name": "a"}}}, "does not begin with https://"),
    ],
)
def test_a_wrong_address_is_refused(
    refused: Callable[..., str], external: dict[str, Any], words: str
) -> None:
    assert words in refused(external=external)


@pytest.mark.parametrize(
    "spec", [{"tasksMax": 0}, {"state": "RUNNING"}, {"deletionPolicy": "x"}, {"class": ""}]
)
def test_wrong_values_are_refused(refused: Callable[..., str], spec: dict[str, Any]) -> None:
    assert f"spec.{next(iter(spec))}" in refused(external={"url": URL}, **spec)


@pytest.mark.parametrize(("first", "second"), [("a", "b"), (None, "b"), ("a", None)])
def test_the_name_in_connect_cannot_change(
    connectors: Any, first: str | None, second: str | None
) -> None:
    connectors.create("one", url=URL, **({"name": first} if first else {}))
    patch = f'{{"spec": {{"name": {f"{second!r}" if second else "null"}}}}}'.replace("'", '"')
    said = connectors.kubectl("patch", "kctr", "one", "--type=merge", "-p", patch, check=False)
    assert "name cannot be changed" in said


def test_a_resource_of_strimzi_is_taken_after_an_edit_of_its_api_version(connectors: Any) -> None:
    manifest = connectors.manifest("one", **{"class": "X", "tasksMax": 2, "config": {"a": 1}})
    manifest["metadata"]["labels"] = {"strimzi.io/cluster": "my-connect"}
    connectors.server.apply(manifest, namespace=connectors.namespace)
    assert connectors.get("one")["spec"]["tasksMax"] == 2


def test_a_file_means_the_same_to_kubectl_and_to_weirctl(api_server: Any, tmp_path: Path) -> None:
    words = "1e3 0x10 010 0o10 08 1_000 12:30:00 1.0e+3 -0 0b11 1.0 .5 +1 1e-7 -0.0 -010 0o8"
    words += " yes NO on Off y n True 2024-01-01 1.5e3 0.1 1.2.3 4.0E2 '1.0' 'yes' = 9e15"
    config = "".join(f"    k{n}: {word}\n" for n, word in enumerate(words.split()))
    file = tmp_path / "a.yaml"
    file.write_text(
        "apiVersion: weir.dev/v1alpha1\nkind: KafkaConnector\nmetadata: {name: words}\n"
        f"spec:\n  class: X\n  external: {{url: '{URL}'}}\n  config:\n{config}"
    )
    said = api_server.kubectl("create", "--dry-run=server", "-o", "json", "-f", str(file))
    there = json.loads(said)["spec"]["config"]
    (here,) = Folder(str(file)).load()
    own = {key: value for key, value in here.config.items() if key.startswith("k")}
    assert own == {key: connect_string(value) for key, value in there.items()}


def test_examples_are_valid(api_server: Any) -> None:
    said = api_server.kubectl("apply", "--dry-run=server", "-f", str(ROOT / "examples"))
    assert said.count("created") == len(said.splitlines()) >= 3


def test_people_can_ask_what_a_field_means(api_server: Any) -> None:
    assert "Orphan leaves it" in api_server.kubectl("explain", "kctr.spec.deletionPolicy")


@pytest.fixture
def policy(api_server: Any) -> Iterator[None]:
    folder = str(ROOT / "manifests" / "admission")
    api_server.kubectl("apply", "-k", folder)
    yield
    api_server.kubectl("delete", "-k", folder)


@pytest.mark.usefixtures("policy")
def test_the_policy_names_the_key_of_a_value_that_connect_cannot_take(connectors: Any) -> None:
    spec = {"class": "X", "external": {"url": URL}}
    words = ""
    for number in range(60):  # a policy is in force a moment after it was made
        manifest = connectors.manifest(f"n{number}", **spec, config={"good": 1, "bad": ["x"]})
        words = connectors.server.kubectl(
            "-n", connectors.namespace, "create", "-f", "-", stdin=json.dumps(manifest), check=False
        )
        if "config.bad is a list, a map or null" in words:
            break
        time.sleep(0.2)
    else:
        pytest.fail(words)
    lost = connectors.manifest("lost", **{"class": "X"})
    words = connectors.server.kubectl(
        "-n", connectors.namespace, "create", "-f", "-", stdin=json.dumps(lost), check=False
    )
    assert "the resource names no Connect cluster" in words
    connectors.create("good", url=URL, config={"a": "x", "b": 1, "c": 1.5, "d": True})

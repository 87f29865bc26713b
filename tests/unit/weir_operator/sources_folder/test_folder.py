"""Files as desires, and every mistake with its place."""

from pathlib import Path

import pytest

from weir_operator.config.access import Access
from weir_operator.plan.model import TargetState
from weir_operator.sources import selector
from weir_operator.sources.folder import Folder, FolderError

HEAD = "apiVersion: weir.dev/v1alpha1\nkind: KafkaConnector\n"
GOOD = (
    HEAD
    + """metadata: {name: orders, namespace: shop}
spec:
  external: {url: "http://connect:8083"}
  class: FileStreamSource
  tasksMax: 2
  state: paused
  autoRestart: {enabled: true}
  config: {file: /data/orders.txt, a: true, b: 1.0, c: 7, since: 2024-01-01}
"""
)


def problems(folder: Folder) -> list[str]:
    with pytest.raises(FolderError) as caught:
        folder.load()
    return [str(problem) for problem in caught.value.problems]


def test_a_document_becomes_a_desire_with_connects_strings(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)
    (desired,) = Folder(str(tmp_path)).load()
    assert desired.key == ("http://connect:8083", "orders")
    assert str(desired.owner) == "shop/orders"
    assert desired.state is TargetState.PAUSED
    assert not desired.auto_restart.enabled
    assert desired.config == {
        "file": "/data/orders.txt",
        "a": "true",
        "b": "1",
        "c": "7",
        "since": "2024-01-01",
        "name": "orders",
        "connector.class": "FileStreamSource",
        "tasks.max": "2",
    }


def test_nested_folders_many_documents_and_json_are_read_and_others_left_alone(
    tmp_path: Path,
) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.yaml").write_text("broken: [")
    other = GOOD.replace("orders", "b")
    (tmp_path / "deep" / "er" / "a.yml").write_text(f"---\n{GOOD}---\n---\n{other}")
    (tmp_path / "other.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n")
    (tmp_path / "notes.txt").write_text("not yaml: [")
    assert [one.connector for one in Folder(str(tmp_path)).load()] == ["orders", "b"]


def test_connect_overrides_the_address_in_the_files(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)
    (desired,) = Folder(str(tmp_path), "http://elsewhere:1/").load()
    assert desired.key.url == "http://elsewhere:1"


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("a: [1\n", 2, "this is no YAML"),
        ("a: 1\n", 1, "it needs apiVersion: weir.dev/v1alpha1"),
        ("just text\n", 1, "this is no resource"),
        ("a:\n\tb: 1\n", 2, "a tab stands where only spaces may"),
        ("a: 1\nb: \0\n", 2, "it holds the character U+0000"),
        ("a: " + "[" * 5000, 1, "it is nested too deeply"),
        ("a: &a [*a]\n", 1, "this is no resource"),
        (GOOD.replace("kind: Kafka", "kind: kafka"), 1, "write KafkaConnector"),
        (GOOD.replace("apiVersion: weir.dev/v1alpha1\n", ""), 1, "apiVersion is missing"),
        (GOOD.replace("weir.dev/v1alpha1", "kafka.strimzi.io/v1"), 1, "write weir.dev/v1alpha1"),
        (GOOD.replace("tasksMax: 2", "tasksMax: two"), 7, "spec.tasksMax"),
        (GOOD.replace("tasksMax", "taskMax"), 7, "did you mean tasksMax?"),
        (GOOD.replace("paused", "PAUSED"), 8, "'PAUSED' is not known; write running, paused or"),
        (GOOD.replace("  class: FileStreamSource\n", ""), 4, "spec.class is missing"),
        (GOOD.replace("FileStreamSource", "7"), 6, "spec.class: write a text"),
        (GOOD.replace("tasksMax: 2", "tasksMax: 0"), 7, "spec.tasksMax: write 1 or more"),
        (GOOD.replace("enabled", "enable"), 9, "did you mean enabled?"),
        (GOOD.replace("enabled", "xyz"), 9, "there are enabled, maxRestarts"),
        (GOOD.replace("{enabled: true}", "[]"), 9, "spec.autoRestart: write a map"),
        (GOOD.replace("a: true", "yes: true"), 10, "the key yes is read as no text"),
        (GOOD.replace('8083"}', '8083"}\n  connectRef: {name: x}'), 5, "not both"),
        (GOOD.replace("//connect", "//me:pw@connect"), 5, "the address holds credentials"),
        (GOOD.replace('"http://connect:8083"', "connect:8083"), 5, "write http://HOST:PORT"),
        (GOOD.replace("a: true", "a: [1]"), 10, "spec.config.a: a list"),
        (GOOD.replace("a: true", "a: null"), 10, "leave the key out"),
        (GOOD.replace("a: true", "tasks.max: 1"), 10, "spec.tasksMax"),
        (GOOD.replace("c: 7", "c: 12345678901234567890"), 10, "in quotes"),
        (GOOD.replace("  tasksMax: 2\n", "  tasksMax: 2\n  tasksMax: 3\n"), 8, "and on line 7"),
        (GOOD.replace("http://connect", "gopher://connect"), 5, "spec.external.url"),
        (GOOD.replace('  external: {url: "http://connect:8083"}\n', ""), 4, "--connect URL"),
        (
            GOOD.replace("namespace: shop}", 'annotations: {weir.dev/restart: "1"}}'),
            3,
            "weirctl restart orders",
        ),
        (GOOD + "  adopt: Never\n", 11, "leave it out"),
    ],
)
def test_a_mistake_is_told_with_file_and_line_and_what_to_do(
    tmp_path: Path, text: str, line: int, part: str
) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(text)
    (problem,) = problems(Folder(str(tmp_path)))
    assert problem.startswith(f"{file}:{line}: ")
    assert part in problem


def test_two_files_of_one_name_are_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "b.yaml").write_text(GOOD)
    (problem,) = problems(Folder(str(tmp_path)))
    assert f"{tmp_path / 'b.yaml'}:1: " in problem
    assert str(tmp_path / "a.yaml") in problem


def test_two_resources_for_one_connector_are_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "b.yaml").write_text(
        GOOD.replace("name: orders,", "name: other,").replace("spec:\n", "spec:\n  name: orders\n")
    )
    (problem,) = problems(Folder(str(tmp_path)))
    assert "the connector orders is here and at" in problem


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD.replace("tasksMax", "taskMax"))
    (tmp_path / "b.yaml").write_text(GOOD.replace("paused", "asleep"))
    assert len(problems(Folder(str(tmp_path)))) == 2


def test_a_secret_in_the_cluster_needs_an_argument_instead(tmp_path: Path) -> None:
    text = GOOD.replace(
        'http://connect:8083"}',
        'https://connect:8083", auth: {basic: {secretRef: {name: login}}},'
        " tls: {caSecretRef: {name: ca}}}",
    )
    (tmp_path / "a.yaml").write_text(text)
    (problem,) = problems(Folder(str(tmp_path)))
    assert "--ca-file" in problem
    (problem,) = problems(Folder(str(tmp_path), access=Access(ca_pem="x")))
    assert "--user" in problem
    (desired,) = Folder(str(tmp_path), access=Access(ca_pem="x", username="u", password="p")).load()
    assert desired.target is not None
    assert desired.target.password == "p"


def test_each_address_is_reached_with_what_lets_one_in_there(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)
    logins = {"http://connect:8083": Access(username="u", password="p")}
    (desired,) = Folder(str(tmp_path), access_to=logins.__getitem__).load()
    assert desired.target is not None
    assert desired.target.username == "u"
    (desired,) = Folder(str(tmp_path), "http://other:1", access_to=logins.__getitem__).load()
    assert desired.target is not None
    assert desired.target.username is None


def test_only_what_the_labels_mean_is_read(tmp_path: Path) -> None:
    labelled = GOOD.replace("metadata: {", "metadata: {labels: {team: shop}, ")
    assert labelled != GOOD
    (tmp_path / "a.yaml").write_text(labelled)
    assert Folder(str(tmp_path), selector=selector.parse("team=shop")).load()
    assert not Folder(str(tmp_path), selector=selector.parse("team!=shop")).load()


def test_a_file_that_cannot_be_read_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "utf16.yaml").write_bytes(b"a: 1\nb: \xff\xfe")
    loop, utf16 = problems(Folder(str(tmp_path)))
    assert loop == f"{tmp_path / 'loop.yaml'}: it cannot be read: too many levels of symbolic links"
    assert utf16 == f"{tmp_path / 'utf16.yaml'}:2: this is no UTF-8 text"


def test_an_alias_of_an_alias_costs_no_time(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{f'*a{n - 1},' * 9}]" for n in range(1, 40)]
    (tmp_path / "bomb.yaml").write_text("\n".join(lines))
    (problem,) = problems(Folder(str(tmp_path)))
    assert "this is no resource" in problem


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "there is no such file" in problems(Folder(str(tmp_path / "none")))[0]


def test_what_an_api_server_adds_is_ignored(tmp_path: Path) -> None:
    text = GOOD.replace("shop}", "shop, uid: x, generation: 4, managedFields: [{a: 1}]}")
    (tmp_path / "a.yaml").write_text(f"{text}status: {{tasksSummary: 1/1}}\n")
    (desired,) = Folder(str(tmp_path)).load()
    assert desired.generation == 1

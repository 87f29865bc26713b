"""Where credentials come from."""

from pathlib import Path

import pytest

from weir_operator.kube import login
from weir_operator.kube.error import KubeLoginError

pytestmark = pytest.mark.anyio
TEXT = """
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://kube.example:6443"}}]
users: [{name: u, user: {token: abc}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("KUBECONFIG", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


async def test_a_kubeconfig_gives_address_and_token(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "config").write_text(TEXT)
    monkeypatch.setenv("KUBECONFIG", str(home / "config"))
    found = await login.extract(await login.load())
    assert (found.server, found.token, found.verify) == ("https://kube.example:6443", "abc", True)


async def test_the_usual_place_is_looked_at_last(home: Path) -> None:
    (home / ".kube").mkdir()
    (home / ".kube" / "config").write_text(TEXT)
    assert (await login.load()).host == "https://kube.example:6443"


async def test_one_of_several_files_may_be_missing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "config").write_text(TEXT)
    monkeypatch.setenv("KUBECONFIG", f"{home / 'nothing'}:{home / 'config'}")
    assert (await login.load()).host == "https://kube.example:6443"


async def test_no_credentials_at_all_are_told_with_what_to_do() -> None:
    with pytest.raises(KubeLoginError, match="no credentials for Kubernetes were found; set KUBEC"):
        await login.load()


async def test_a_pod_without_its_token_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")
    with pytest.raises(KubeLoginError, match=r"the service account cannot be used: .*token file"):
        await login.load()

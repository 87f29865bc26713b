"""The operator with the rights of its manifests, and no others."""

import base64
import json
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.apiserver
ROOT = Path(__file__).parents[3]
ACCOUNT = "system:serviceaccount:weir:weir-operator"


@pytest.fixture(scope="module")
def kubeconfig(api_server: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Log in with a token of the service account, as a pod does."""
    api_server.kubectl("apply", "-k", str(ROOT / "manifests" / "operator"))
    token = api_server.kubectl("create", "token", "-n", "weir", "weir-operator").strip()
    config = json.loads(api_server.kubectl("config", "view", "--raw", "-o", "json"))
    config["users"] = [{"name": "operator", "user": {"token": token}}]
    config["contexts"][0]["context"]["user"] = "operator"
    path = tmp_path_factory.mktemp("rights") / "kubeconfig"
    path.write_text(json.dumps(config))
    return path


@pytest.fixture
def namespaced(connectors: Any) -> Any:
    connectors.kubectl("apply", "-k", str(ROOT / "manifests" / "namespaced"))
    return connectors


def authority(folder: Path) -> tuple[Path, Path, Path]:
    """Make a certificate authority and a certificate for the loopback address."""
    ca, ca_key, key, cert = (folder / n for n in ("ca.crt", "ca.key", "tls.key", "tls.crt"))
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    openssl("req", "-x509", *curve, "-keyout", ca_key, "-out", ca, "-subj", "/CN=test-ca")
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=CA:FALSE"]
    signer = ["-CA", ca, "-CAkey", ca_key]
    openssl(
        "req",
        "-x509",
        *curve,
        *names,
        *signer,
        "-keyout",
        key,
        "-out",
        cert,
        "-subj",
        "/CN=connect",
    )
    return ca, cert, key


def openssl(*words: Any) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)


@pytest.fixture
def secured(connect: Any, tmp_path: Path) -> Iterator[tuple[Any, Path]]:
    """Serve the Connect once more, over TLS and for one user only."""
    from http.server import ThreadingHTTPServer

    ca, cert, key = authority(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), connect.handler())
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    connect.url = f"https://127.0.0.1:{server.server_address[1]}"
    connect.login = "Basic " + base64.b64encode(b"weir:s3cret").decode()
    yield connect, ca
    server.shutdown()
    server.server_close()


def test_all_work_is_done_with_the_role_of_the_namespace(
    namespaced: Any,
    secured: tuple[Any, Path],
    kubeconfig: Path,
    start_operator: Callable[..., Any],
) -> None:
    connect, ca = secured
    namespaced.kubectl("create", "secret", "generic", "authority", f"--from-file=ca.crt={ca}")
    namespaced.kubectl(
        "create",
        "secret",
        "generic",
        "login",
        "--from-literal=username=weir",
        "--from-literal=password=s3cret",
    )
    operator = start_operator("--namespace", namespaced.namespace, kubeconfig=kubeconfig)
    external = {
        "tls": {"caSecretRef": {"name": "authority"}},
        "auth": {"basic": {"secretRef": {"name": "login"}}},
    }
    namespaced.create("one", url=connect.url, external=external)
    namespaced.wait("one", "True", "Running")
    namespaced.patch("one", {"state": "paused"})
    namespaced.wait("one", "True", "Paused")
    assert namespaced.events("one")
    namespaced.delete("one")
    assert connect.connectors == {}
    assert "s3cret" not in operator.text()


def test_a_wrong_password_and_a_wrong_authority_are_told(
    namespaced: Any,
    secured: tuple[Any, Path],
    kubeconfig: Path,
    start_operator: Callable[..., Any],
) -> None:
    connect, ca = secured
    start_operator("--namespace", namespaced.namespace, kubeconfig=kubeconfig)
    namespaced.kubectl("create", "secret", "generic", "authority", f"--from-file=ca.crt={ca}")
    namespaced.kubectl(
        "create", "secret", "generic", "login", "--from-literal=username=weir",
        "--from-literal=password=wrong",
    )  # fmt: skip
    tls = {"caSecretRef": {"name": "authority"}}
    auth = {"basic": {"secretRef": {"name": "login"}}}
    namespaced.create("password", url=connect.url, external={"tls": tls, "auth": auth})
    namespaced.create("authority", url=connect.url, external={"auth": auth})
    namespaced.wait("password", "False", "Unauthorized")
    seen = namespaced.wait("authority", "Unknown", "ConnectUnreachable")
    assert "certificate" in seen["message"].lower()
    namespaced.kubectl(
        "patch", "secret", "login", "--type=merge", "-p", '{"stringData": {"password": "s3cret"}}'
    )
    namespaced.wait("password", "True", "Running", within=60)


def test_what_is_not_needed_is_not_allowed(namespaced: Any) -> None:
    def may(*words: str) -> bool:
        said = namespaced.kubectl("auth", "can-i", f"--as={ACCOUNT}", *words, check=False)
        return str(said).strip().splitlines()[-1] == "yes" if said.strip() else False

    kind = "kafkaconnectors.weir.dev"
    for verb in ("get", "list", "watch", "patch"):
        assert may(verb, kind), verb
    assert may("patch", kind, "--subresource=status")
    assert may("get", "secrets")
    assert may("create", "events")
    for verb in ("create", "update", "delete", "deletecollection"):
        assert not may(verb, kind), verb
    assert not may("update", kind, "--subresource=status")
    for verb in ("list", "watch", "create", "update", "patch", "delete"):
        assert not may(verb, "secrets"), verb
    for verb in ("get", "list", "delete"):
        assert not may(verb, "events"), verb
    for kind in ("pods", "configmaps", "namespaces", "customresourcedefinitions"):
        assert not may("get", kind), kind
        assert not may("list", kind), kind


def test_without_rights_it_says_how_to_grant_them(
    connectors: Any, kubeconfig: Path, start_operator: Callable[..., Any]
) -> None:
    operator = start_operator("--namespace", connectors.namespace, kubeconfig=kubeconfig)
    assert operator.process.wait(20) == 2
    (line,) = operator.text().splitlines()
    remedy = f"kubectl apply -n {connectors.namespace} -k manifests/namespaced"
    assert "may not list KafkaConnectors" in line
    assert remedy in line


def test_a_missing_verb_is_named(
    connectors: Any, kubeconfig: Path, start_operator: Callable[..., Any]
) -> None:
    connectors.kubectl("apply", "-k", str(ROOT / "manifests" / "namespaced"))
    rules = [
        {"apiGroups": ["weir.dev"], "resources": ["kafkaconnectors"], "verbs": ["get", "list"]}
    ]
    connectors.kubectl(
        "patch", "role", "weir-operator", "--type=merge", "-p", json.dumps({"rules": rules})
    )
    operator = start_operator("--namespace", connectors.namespace, kubeconfig=kubeconfig)
    assert operator.process.wait(20) == 2
    (line,) = operator.text().splitlines()
    assert "watch kafkaconnectors, patch kafkaconnectors, patch kafkaconnectors/status" in line


def test_a_secret_that_may_not_be_read_is_told(
    connectors: Any, connect: Any, kubeconfig: Path, start_operator: Callable[..., Any]
) -> None:
    connectors.server.kubectl("apply", "-k", str(ROOT / "manifests"))
    try:
        start_operator("--namespace", connectors.namespace, kubeconfig=kubeconfig)
        auth = {"basic": {"secretRef": {"name": "login"}}}
        connectors.create("one", url=connect.url, external={"auth": auth})
        seen = connectors.wait("one", "False", "SecretNotFound")
        assert "needs the verb get on secrets" in seen["message"]
    finally:
        connectors.server.kubectl("delete", "-k", str(ROOT / "manifests" / "cluster-wide"))

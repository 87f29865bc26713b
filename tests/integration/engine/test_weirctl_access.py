"""How weirctl is let in: contexts with TLS, client certificates, logins and tokens; completion."""

import base64
import json
import os
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

WEIRCTL = Path(sys.executable).with_name("weirctl")
HEALTH = {"status": "healthy", "message": "fine"}
ANSWERS: dict[str, object] = {
    "/": {"version": "4.3.1", "commit": "c", "kafka_cluster_id": "k"},
    "/health": HEALTH,
    "/connectors": ["orders", "ordinary"],
    "/connectors?expand=status&expand=info": {},
    "/connector-plugins?connectorsOnly=false": [{"class": "org.x.OrderSink", "type": "sink"}],
    "/admin/loggers": {"org.x": {"level": "INFO", "last_modified": None}},
}


class Worker(ThreadingHTTPServer):
    """Answers as a worker with two connectors, to those who send `wants` as a header."""

    daemon_threads = True
    wants = ("", "")
    status = 200
    answers: dict[str, object] = ANSWERS
    delay_s = 0.0

    def url(self, scheme: str = "http") -> str:
        return f"{scheme}://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Worker

    def do_GET(self) -> None:
        time.sleep(self.server.delay_s)
        name, value = self.server.wants
        let_in = not name or self.headers.get(name) == value
        status = self.server.status if let_in else 401
        found = self.server.answers.get(self.path)
        if let_in and isinstance(found, tuple):
            status, found = found
        body = json.dumps(found).encode() if let_in else b""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker(("127.0.0.1", 0), Handler)
    threading.Thread(target=worker.serve_forever, args=(0.05,), daemon=True).start()
    yield worker
    worker.shutdown()
    worker.server_close()


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate for worker.test, one for a client, and its key with a password."""
    folder = tmp_path_factory.mktemp("pki")

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=folder)

    for name, place in (("worker", "DNS:worker.test"), ("me", "DNS:me")):
        openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", f"/CN={name}",
            "-addext", f"subjectAltName={place}",
        )  # fmt: skip
    openssl("rsa", "-aes256", "-in", "me.key", "-out", "me-locked.key", "-passout", "pass:open")
    (folder / "key-password").write_text("open\n")
    return folder


@pytest.fixture
def https(worker: Worker, pki: Path) -> Worker:
    """Speak TLS, with a certificate from each client."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(pki / "worker.pem", pki / "worker.key")
    tls.load_verify_locations(pki / "me.pem")
    tls.verify_mode = ssl.CERT_REQUIRED
    worker.socket = tls.wrap_socket(worker.socket, server_side=True)
    return worker


class Person:
    """Types weirctl with a file of contexts of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "contexts.yaml"
        names = ("WEIR_CONNECT", "WEIR_CONTEXT", "WEIR_CONNECT_TOKEN", "WEIR_CONNECT_PASSWORD")
        self.environment = {k: v for k, v in os.environ.items() if k not in names}
        self.environment["WEIRCTL_CONFIG"] = str(self.file)

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [WEIRCTL, *words], env={**self.environment, **more}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip

    def bash(self, *lines: str, **more: str) -> list[str]:
        """Give what bash offers for each line when Tab is typed at its end."""
        script = """
            set -u
            eval "$(weirctl completion bash)"
            for line in "$@"; do
                read -ra COMP_WORDS <<< "$line"
                [[ $line == *' ' ]] && COMP_WORDS+=('')
                COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
                COMPREPLY=()
                _weirctl_completion weirctl
                echo "${COMPREPLY[*]}"
            done
        """
        environment = {**self.environment, **more}
        environment["PATH"] = f"{WEIRCTL.parent}:{environment['PATH']}"
        done = subprocess.run(
            ["bash", "--norc", "-c", script, "bash", *lines],
            env=environment, capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        assert done.stderr == ""
        return done.stdout.splitlines()


@pytest.fixture
def person(tmp_path: Path) -> Person:
    return Person(tmp_path)


def test_a_context_lets_in_with_tls_a_client_certificate_and_a_login(
    https: Worker, pki: Path, person: Person
) -> None:
    https.wants = ("Authorization", f"Basic {base64.b64encode(b'me:hunter2').decode()}")
    files = ["--ca-file", f"{pki}/worker.pem", "--cert-file", f"{pki}/me.pem"]
    made = person.run(
        "context", "set", "prod", "--url", https.url("https"), *files,
        "--key-file", f"{pki}/me-locked.key", "--key-password-file", f"{pki}/key-password",
        "--server-name", "worker.test", "--user", "me", "--password-command", "echo hunter2",
    )  # fmt: skip
    assert made.returncode == 0, made
    done = person.run("info")
    assert done.returncode == 0, done
    assert "Version:        4.3.1" in done.stdout
    locked = person.run("context", "set", "prod", "--unset", "key-password-file")
    assert locked.returncode == 0
    refused = person.run("info")
    assert "the key is encrypted: give its password in WEIR_CONNECT_KEY_PASSWORD" in refused.stderr
    assert person.run("info", WEIR_CONNECT_KEY_PASSWORD="open").returncode == 0
    person.run("context", "set", "prod", "--unset", "ca-file")
    untrusted = person.run("info", WEIR_CONNECT_KEY_PASSWORD="open")
    assert untrusted.returncode == 2
    assert "self-signed certificate; if you trust it, give it with --ca-file" in untrusted.stderr


@pytest.mark.parametrize(
    ("wants", "words", "environment"),
    [
        (("Authorization", "Bearer t0ken"), ["--token-file", "FILE"], {}),
        (("Authorization", "Bearer t0ken"), ["--token-command", "echo t0ken"], {}),
        (("Authorization", "Bearer t0ken"), [], {"WEIR_CONNECT_TOKEN": "t0ken"}),
        (("X-Tenant", "shop"), ["--header", "X-Tenant=shop"], {}),
    ],
)
def test_tokens_and_headers_are_sent(
    worker: Worker,
    person: Person,
    wants: tuple[str, str],
    words: list[str],
    environment: dict[str, str],
) -> None:
    worker.wants = wants
    token = person.file.with_name("token")
    token.write_text("t0ken\n")
    words = [str(token) if word == "FILE" else word for word in words]
    person.run("context", "set", "a", "--url", worker.url(), *words)
    assert person.run("health", **environment).returncode == 0
    without = person.run("health", "--connect", worker.url())
    assert without.returncode == 2
    assert without.stderr.count("\n") == 1
    assert "HTTP 401: the credentials are missing or wrong" in without.stderr


def test_a_proxy_is_on_the_way(worker: Worker, person: Person) -> None:
    worker.answers = {f"http://connect.invalid{path}": body for path, body in ANSWERS.items()}
    person.run("context", "set", "a", "--url", "http://connect.invalid", "--proxy", worker.url())
    assert person.run("health").stdout == "healthy: fine\n"


def test_a_worker_that_starts_is_told_as_such_and_can_be_waited_for(
    worker: Worker, person: Person
) -> None:
    worker.answers = {"/health": (503, {"status": "starting", "message": "soon"})}
    worker.status = 404
    done = person.run("get", "--connect", worker.url())
    assert done.returncode == 2
    assert done.stderr == (
        f"weirctl: {worker.url()} is still starting; wait for it with: weirctl health --wait\n"
    )
    assert person.run("health", "--connect", worker.url()).returncode == 1
    ready = threading.Timer(1.5, lambda: setattr(worker, "answers", {"/health": HEALTH}))
    worker.status = 200
    ready.start()
    waited = person.run("health", "--wait", "--connect", worker.url())
    ready.join()
    assert waited.stdout == "healthy: fine\n"


def test_a_worker_that_is_not_there_is_one_line_at_once(person: Person) -> None:
    for words in (["get"], ["info"], ["describe", "x"], ["offsets", "get", "x"], ["plugins"]):
        begin = time.monotonic()
        done = person.run(*words, "--connect", "http://127.0.0.1:1")
        assert time.monotonic() - begin < 20
        assert done.returncode == 2
        assert done.stderr == "weirctl: cannot connect to http://127.0.0.1:1: connection refused\n"


def test_bash_completes_commands_options_and_names(worker: Worker, person: Person) -> None:
    person.run("context", "set", "local", "--url", worker.url())
    offered = {
        "weirctl re": "resume restart",
        "weirctl restart --fai": "--failed",
        "weirctl pause or": "orders ordinary",
        "weirctl pause orders or": "ordinary",
        "weirctl get o": "offsets orders ordinary",
        "weirctl plugins Ord": "OrderSink",
        "weirctl logs level org": "org.x",
        "weirctl --context lo": "local",
    }
    assert dict(zip(offered, person.bash(*offered), strict=True)) == offered


def test_completion_offers_nothing_and_says_nothing_without_a_worker(
    worker: Worker, person: Person
) -> None:
    assert person.bash("weirctl pause or") == [""]
    assert person.bash("weirctl pause or", WEIR_CONNECT="http://127.0.0.1:1") == [""]
    person.file.write_text("no: contexts")
    worker.delay_s = 30
    begin = time.monotonic()
    assert person.bash("weirctl pause or", WEIR_CONNECT=worker.url()) == [""]
    assert time.monotonic() - begin < 20


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(person: Person, shell: str) -> None:
    done = person.run("completion", shell)
    assert done.returncode == 0
    assert f"_WEIRCTL_COMPLETE={shell}_complete" in done.stdout

"""A real API server, a scripted Connect and the operator as a process."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

ROOT = Path(__file__).parents[3]
CLUSTER = ROOT / "tests" / "infra" / "cluster"
OPERATOR = Path(sys.executable).parent / "weir-operator"
T = TypeVar("T")


def eventually(look: Callable[[], T], *, within: float = 15.0, what: str = "") -> T:
    """Give the first truthy result; a failure shows the last one."""
    end = time.monotonic() + within
    while True:
        last = look()
        if last:
            return last
        if time.monotonic() > end:
            pytest.fail(f"not within {within:g} s: {what or look}; last seen: {last!r}")
        time.sleep(0.05)


@pytest.fixture(name="eventually")
def eventually_fixture() -> Callable[..., Any]:
    return eventually


@pytest.fixture
def free_port(free_port_of: Callable[..., int]) -> Callable[[], int]:
    return free_port_of


@dataclass(frozen=True)
class ApiServer:
    """The API server of a session, and kubectl for it."""

    kubeconfig: Path
    state: Path
    port: int
    kubectl_path: Path

    def kubectl(
        self,
        *args: str,
        stdin: str | None = None,
        check: bool = True,
        kubeconfig: Path | None = None,
    ) -> str:
        done = subprocess.run(
            [self.kubectl_path, "--kubeconfig", kubeconfig or self.kubeconfig, *args],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if check and done.returncode:
            pytest.fail(f"kubectl {' '.join(args)}: {done.stderr}")
        return done.stdout if done.returncode == 0 else done.stderr

    def apply(self, *objects: Mapping[str, Any], namespace: str | None = None) -> str:
        text = "\n---\n".join(json.dumps(one) for one in objects)
        where = ("-n", namespace) if namespace else ()
        return self.kubectl("apply", *where, "-f", "-", stdin=text)

    def process_id(self, name: str) -> int:
        """Give the id of one of the cluster's programs, as this machine sees it."""
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = entry.read_bytes().split(b"\0")
            except OSError:
                continue
            if Path(words[0].decode()).name == name and str(self.state).encode() in b" ".join(
                words
            ):
                return int(entry.parent.name)
        pytest.fail(f"no process {name} of {self.state}")


def _lacking() -> str | None:
    if os.geteuid() != 0:
        return "a real API server needs root"
    if not shutil.which("go") and not (_cache() / "bin" / "kube-apiserver").exists():
        return "a real API server is built with Go 1.25 or newer, which is missing"
    return None


def _cache() -> Path:
    return Path(os.environ.get("CLUSTER_CACHE", Path.home() / ".cache" / "test-cluster"))


@pytest.fixture(scope="session")
def api_server(
    tmp_path_factory: pytest.TempPathFactory, free_port_of: Callable[..., int]
) -> Iterator[ApiServer]:
    lacking = _lacking()
    if lacking and os.environ.get("CI") == "true":
        pytest.fail(lacking)
    if lacking:
        pytest.skip(lacking)
    state, port = tmp_path_factory.mktemp("cluster"), free_port_of()
    environment = os.environ | {"CLUSTER_STATE": str(state), "CLUSTER_PORT": str(port)}
    if not (_cache() / "bin" / "kube-apiserver").exists():
        _script("build.sh", "--control-plane", environment=environment)
    try:
        _script("up.sh", "--control-plane", environment=environment)
        kubectl = _cache() / "bin" / "kubectl"
        server = ApiServer(state / "kubeconfig", state, port, kubectl)
        server.kubectl("apply", "-f", str(ROOT / "crds"))
        server.kubectl(
            "wait", "--for=condition=Established", "crd/kafkaconnectors.weir.dev", "--timeout=20s"
        )
        yield server
    finally:
        _script("down.sh", environment=environment)


def _script(name: str, *args: str, environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        [CLUSTER / name, *args], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.fail(f"{name} failed: {done.stderr[-2000:]}")


@dataclass
class Connectors:
    """The KafkaConnectors of one namespace, as a person sees and changes them."""

    server: ApiServer
    namespace: str

    def create(self, name: str, /, *, url: str, **spec: Any) -> None:
        config = spec.pop("config", {"file": "/tmp/x", "topic": "t"})
        external = {"url": url, **spec.pop("external", {})}
        body = {"class": "FileStreamSource", "external": external, "config": config} | spec
        self.server.apply(self.manifest(name, **body), namespace=self.namespace)

    @staticmethod
    def manifest(name: str, /, **spec: Any) -> dict[str, Any]:
        return {
            "apiVersion": "weir.dev/v1alpha1",
            "kind": "KafkaConnector",
            "metadata": {"name": name},
            "spec": spec,
        }

    def patch(self, name: str, spec: Mapping[str, Any]) -> None:
        self.kubectl("patch", "kctr", name, "--type=merge", "-p", json.dumps({"spec": spec}))

    def annotate(self, name: str, *notes: str) -> None:
        self.kubectl("annotate", "--overwrite", "kctr", name, *notes)

    def delete(self, name: str, *, wait: bool = True) -> None:
        self.kubectl("delete", "kctr", name, f"--wait={str(wait).lower()}", "--timeout=30s")

    def kubectl(self, *args: str, check: bool = True) -> str:
        return self.server.kubectl("-n", self.namespace, *args, check=check)

    def get(self, name: str) -> dict[str, Any]:
        body = json.loads(self.kubectl("get", "kctr", name, "-o", "json"))
        assert isinstance(body, dict)
        return body

    def all(self) -> list[dict[str, Any]]:
        items = json.loads(self.kubectl("get", "kctr", "-o", "json"))["items"]
        assert isinstance(items, list)
        return items

    def exists(self, name: str) -> bool:
        return bool(self.kubectl("get", "kctr", name, "--ignore-not-found", "-o", "name"))

    def condition(self, name: str, kind: str = "Ready") -> dict[str, Any]:
        obj = self.get(name)
        for one in (obj.get("status") or {}).get("conditions") or []:
            if one["type"] == kind:
                current = one.get("observedGeneration") == obj["metadata"]["generation"]
                return dict(one) | {"current": current}
        return {"status": None, "reason": None, "message": "", "current": False}

    def wait(
        self, name: str, status: str, reason: str, *, kind: str = "Ready", within: float = 15.0
    ) -> dict[str, Any]:
        end = time.monotonic() + within
        while True:
            one = self.condition(name, kind)
            if one["current"] and (one["status"], one["reason"]) == (status, reason):
                return one
            if time.monotonic() > end:
                pytest.fail(f"{name} is not {kind}={status}/{reason} in {within:g} s: {one}")
            time.sleep(0.05)

    def events(self, name: str) -> list[str]:
        items = json.loads(self.kubectl("get", "events", "-o", "json"))["items"]
        return [one["reason"] for one in items if one["involvedObject"]["name"] == name]


@pytest.fixture
def connectors(api_server: ApiServer) -> Iterator[Connectors]:
    namespace = f"test-{os.urandom(4).hex()}"
    api_server.kubectl("create", "namespace", namespace)
    made = Connectors(api_server, namespace)
    yield made
    # What a failed test leaves behind must not hold the namespace; an object that is being
    # deleted takes no new finalizer from an operator that still runs.
    made.kubectl("delete", "kctr", "--all", "--wait=false", check=False)
    left = [obj["metadata"]["name"] for obj in made.all()]
    if left:
        patch = '{"metadata": {"finalizers": null}}'
        made.kubectl("patch", "kctr", *left, "--type=merge", "-p", patch, check=False)
    api_server.kubectl("delete", "namespace", namespace, "--wait=false")


@dataclass
class Operator:
    """A running ``weir-operator run``."""

    process: subprocess.Popen[str]
    log: Path

    def text(self) -> str:
        return self.log.read_text()

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Stop it; give the exit code and the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(15)
        return code, time.monotonic() - began


def launch(log: Path, kubeconfig: Path, *args: str) -> Operator:
    with log.open("w") as out:
        process = subprocess.Popen(
            [OPERATOR, "run", *args],
            env=os.environ | {"KUBECONFIG": str(kubeconfig)},
            stdout=out,
            stderr=out,
            text=True,
        )
    return Operator(process, log)


@pytest.fixture
def start_operator(api_server: ApiServer, tmp_path: Path) -> Iterator[Callable[..., Operator]]:
    """Start operators; each is stopped, and its log shown, at the end of the test."""
    started: list[Operator] = []

    def start(*args: str, kubeconfig: Path | None = None) -> Operator:
        log = tmp_path / f"operator-{len(started)}.log"
        started.append(launch(log, kubeconfig or api_server.kubeconfig, *args))
        return started[-1]

    yield start
    for operator in started:
        if operator.process.poll() is None:
            operator.stop()
        print(f"--- {operator.log.name} ---\n{operator.text()}")


@pytest.fixture(scope="module")
def operator(api_server: ApiServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """One operator for all namespaces and the tests of a module."""
    log = tmp_path_factory.mktemp("operator") / "operator.log"
    started = launch(log, api_server.kubeconfig)
    yield started
    code, _ = started.stop()
    assert code == 0, started.text()


@dataclass
class Connect:
    """A Connect REST API in memory that counts calls and fails as it is told."""

    connectors: dict[str, dict[str, str]] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    failed_tasks: dict[str, str] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    fail: Callable[[str, str], tuple[int, str] | None] = lambda *_: None
    invalid: dict[str, str] = field(default_factory=dict)
    classes: tuple[str, ...] = ("org.apache.kafka.connect.file.FileStreamSourceConnector",)
    login: str | None = None
    url: str = ""

    def handler(self) -> type[BaseHTTPRequestHandler]:
        """Give a handler for another server of the same Connect."""
        return type("Handler", (_Handler,), {"connect": self})

    def writes(self, name: str | None = None) -> list[tuple[str, str]]:
        """Give the calls that change something; validation changes nothing."""
        found = [c for c in self.calls if c[0] != "GET" and not c[1].endswith("/validate")]
        return [c for c in found if name is None or f"/{name}/" in f"{c[1]}/"]

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        self.calls.append((method, path))
        failure = self.fail(method, path)
        if failure:
            return failure[0], {"error_code": failure[0], "message": failure[1]}
        parts = [unquote(part) for part in urlsplit(path).path.strip("/").split("/") if part]
        if not parts:
            return 200, {"version": "4.3.1", "commit": "x", "kafka_cluster_id": "fake"}
        if parts[0] == "connector-plugins":
            return self._plugins(parts, body)
        if len(parts) == 1:
            return self._collection(method, path, body)
        return self._one(method, parts[1], parts[2:], body)

    def known(self) -> set[str]:
        """Give the names that a config may use for the classes."""
        short = [one.rsplit(".", 1)[1] for one in self.classes]
        return {*self.classes, *short, *(one.removesuffix("Connector") for one in short)}

    def _plugins(self, parts: list[str], body: Any) -> tuple[int, Any]:
        if parts[-1] == "validate" and parts[1] not in self.known():
            # Java's own answer, as it was seen.
            message = (
                "Failed to find any class that implements Connector and which name matches "
                + parts[1]
            )
            return 500, {"error_code": 500, "message": message}
        if parts[-1] != "validate":
            return 200, [{"class": c, "type": "source", "version": "4.3.1"} for c in self.classes]
        configs = [
            {
                "definition": {"name": key, "type": "STRING"},
                "value": {
                    "name": key,
                    "value": value,
                    "recommended_values": [],
                    "errors": [self.invalid[key]] if key in self.invalid else [],
                    "visible": True,
                },
            }
            for key, value in {**dict.fromkeys(self.invalid), **body}.items()
        ]
        return 200, {
            "name": parts[1],
            "error_count": len(self.invalid),
            "groups": [],
            "configs": configs,
        }

    def _collection(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        if method == "POST":
            name = body["name"]
            if name in self.connectors:
                return 409, {"error_code": 409, "message": f"Connector {name} already exists"}
            self.bodies.append(body)
            self.connectors[name] = {**body["config"], "name": name}
            self.states[name] = body.get("initial_state") or "RUNNING"
            return 201, self._info(name)
        if "expand" not in parse_qs(urlsplit(path).query):
            return 200, list(self.connectors)
        return 200, {
            name: {"info": self._info(name), "status": self._status(name)}
            for name in self.connectors
        }

    def _one(self, method: str, name: str, rest: list[str], body: Any) -> tuple[int, Any]:
        if name not in self.connectors:
            if method == "PUT" and rest == ["config"]:
                return self._collection("POST", "/connectors", {"name": name, "config": body})
            return 404, {"error_code": 404, "message": f"Connector {name} not found"}
        if rest == ["status"]:
            return 200, self._status(name)
        if rest == ["config"] and method == "PUT":
            self.bodies.append(body)
            self.connectors[name] = {**body, "name": name}
            return 200, self._info(name)
        if rest == ["config"]:
            return 200, self.connectors[name]
        return self._act(method, name, rest)

    def _act(self, method: str, name: str, rest: list[str]) -> tuple[int, Any]:
        states = {"pause": "PAUSED", "stop": "STOPPED", "resume": "RUNNING"}
        if method == "DELETE" and not rest:
            del self.connectors[name]
            return 204, None
        if rest and rest[0] in states:
            self.states[name] = states[rest[0]]
            return 202, None
        if rest and rest[-1] == "restart":
            self.failed_tasks.pop(name, None)
            return (202, self._status(name)) if rest == ["restart"] else (204, None)
        return 200, self._info(name)

    def _info(self, name: str) -> dict[str, Any]:
        tasks = [] if self.states[name] == "STOPPED" else [{"connector": name, "task": 0}]
        return {
            "name": name,
            "config": self.connectors[name],
            "tasks": tasks,
            "type": "source",
        }

    def _status(self, name: str) -> dict[str, Any]:
        state = self.states[name]
        task = {"id": 0, "state": state, "worker_id": "fake:8083"}
        if name in self.failed_tasks:
            task |= {"state": "FAILED", "trace": self.failed_tasks[name]}
        return {
            "name": name,
            "connector": {"state": state, "worker_id": "fake:8083"},
            "tasks": [] if state == "STOPPED" else [task],
            "type": "source",
        }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    connect: Connect

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        answer: Any
        expected = self.connect.login
        if expected and self.headers.get("Authorization") != expected:
            status, answer = 401, {"error_code": 401, "message": "User cannot access the resource."}
        else:
            status, answer = self.connect.answer(self.command, self.path, body)
        data = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _serve  # noqa: N815

    def log_message(self, *_: Any) -> None: ...


class ConnectServer(ThreadingHTTPServer):
    """Serve one Connect; ``port`` 0 takes any."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, connect: Connect, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), connect.handler())
        connect.url = f"http://127.0.0.1:{self.server_address[1]}"
        self._open: list[socket.socket] = []
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def get_request(self) -> tuple[socket.socket, Any]:
        accepted, address = super().get_request()
        self._open.append(accepted)
        return accepted, address

    def handle_error(self, *_: Any) -> None: ...

    def end(self) -> None:
        """Stop listening and cut what is connected."""
        self.shutdown()
        self.server_close()
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def connect() -> Iterator[Connect]:
    made = Connect()
    server = ConnectServer(made)
    yield made
    server.end()


@pytest.fixture
def serve_connect() -> Iterator[Callable[[Connect, int], ConnectServer]]:
    """Serve a Connect on a port, again and again: it may go down and come back."""
    servers: list[ConnectServer] = []

    def serve(connect: Connect, port: int) -> ConnectServer:
        servers.append(ConnectServer(connect, port))
        return servers[-1]

    yield serve
    for server in servers:
        server.end()

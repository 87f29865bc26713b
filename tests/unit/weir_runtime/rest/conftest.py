"""A herder in memory, and a client that sends exactly what a test says."""

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any

import pytest

from weir_runtime.api.config import ConfigKey, ConfigValue, Importance, Kind, Width
from weir_runtime.api.errors import (
    AlreadyExistsError,
    BadRequestError,
    ForbiddenError,
    NotFoundError,
)
from weir_runtime.model.entities import (
    ConfigInfo,
    ConfigInfos,
    ConnectorInfo,
    ConnectorOffset,
    ConnectorStatus,
    Health,
    LoggerLevel,
    PartStatus,
    PluginInfo,
    ServerInfo,
    TaskInfo,
    TaskStatus,
)
from weir_runtime.model.ids import TaskId
from weir_runtime.model.state import TargetState
from weir_runtime.rest.server import Server
from weir_runtime.rest.settings import Listener, Settings

SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector"
WORKER = "127.0.0.1:8083"
KEYS = (
    ConfigKey(
        "file", Kind.STRING, required=False, default=None, importance=Importance.HIGH,
        documentation="The file.",
    ),
    ConfigKey(
        "tasks.max", Kind.INT, required=False, default="1", importance=Importance.HIGH,
        documentation="Tasks.", group="Common", order=3, width=Width.SHORT,
        display_name="Tasks max",
    ),
)  # fmt: skip


@dataclasses.dataclass
class Connector:
    config: dict[str, str]
    state: str = "RUNNING"
    tasks: list[TaskStatus] = dataclasses.field(default_factory=list)
    trace: str | None = None


class TwinHerder:
    """Keeps connectors in a dictionary and runs nothing."""

    def __init__(self) -> None:
        self.known: dict[str, Connector] = {}
        self.calls: list[tuple[Any, ...]] = []
        self.offsets: dict[str, list[ConnectorOffset]] = {}
        self.levels = {"root": LoggerLevel("INFO", None)}
        self.tracking = True
        self.version: str | None = "4.3.1"
        self.state_of_health = Health(
            "healthy", "Worker has completed startup and is ready to handle requests."
        )
        self.slow = asyncio.Event()
        self.slow.set()
        self.fault: Exception | None = None

    def add(self, name: str, tasks: int = 1, **config: str) -> Connector:
        made = Connector({"connector.class": SOURCE, **config, "name": name})
        made.tasks = [TaskStatus(n, "RUNNING", WORKER, self.version) for n in range(tasks)]
        self.known[name] = made
        return made

    def _get(self, name: str, text: str = "Connector {} not found") -> Connector:
        if self.fault is not None:
            raise self.fault
        if name not in self.known:
            raise NotFoundError(text.format(name))
        return self.known[name]

    def server_info(self) -> ServerInfo:
        return ServerInfo("4.3.1", "0123456789abcdef", "cluster-1")

    async def health(self) -> Health:
        await self.slow.wait()
        return self.state_of_health

    def connectors(self) -> Sequence[str]:
        if self.fault is not None:
            raise self.fault
        return list(self.known)

    def connector_info(self, connector: str) -> ConnectorInfo:
        found = self._get(connector)
        ids = [TaskId(connector, task.id) for task in found.tasks]
        return ConnectorInfo(connector, found.config, ids, "source")

    def connector_config(self, connector: str) -> Mapping[str, str]:
        return self._get(connector).config

    def connector_status(self, connector: str) -> ConnectorStatus:
        found = self._get(connector, "No status found for connector {}")
        part = PartStatus(found.state, WORKER, self.version, found.trace)
        return ConnectorStatus(connector, part, found.tasks, "source")

    def task_infos(self, connector: str) -> Sequence[TaskInfo]:
        found = self._get(connector)
        return [TaskInfo(TaskId(connector, task.id), found.config) for task in found.tasks]

    def task_status(self, connector: str, task: int) -> TaskStatus:
        text = f"No status found for task {connector}-{task}"
        for found in self._get(connector, text).tasks:
            if found.id == task:
                return found
        raise NotFoundError(text)

    def active_topics(self, connector: str) -> Sequence[str]:
        if not self.tracking:
            raise ForbiddenError("Topic tracking is disabled.")
        return ["t"] if connector in self.known else []

    def reset_active_topics(self, connector: str) -> None:
        if not self.tracking:
            raise ForbiddenError("Topic tracking reset is disabled.")

    def _write(self, name: str, config: Mapping[str, str | None]) -> ConnectorInfo:
        if "connector.class" not in config:
            shown = ", ".join(f"{key}={value}" for key, value in config.items())
            raise BadRequestError(f"Connector config {{{shown}}} contains no connector type")
        if "${" in (config.get("refuse") or ""):
            raise BadRequestError("refused")
        self.known[name] = Connector({k: v for k, v in config.items() if v is not None})
        return self.connector_info(name)

    async def create_connector(
        self, name: str | None, config: Mapping[str, str | None], initial_state: TargetState | None
    ) -> ConnectorInfo:
        self.calls.append(("create", name, dict(config), initial_state))
        if name in self.known:
            raise AlreadyExistsError(f"Connector {name} already exists")
        assert name is not None
        return self._write(name, config)

    async def put_connector_config(
        self, connector: str, config: Mapping[str, str | None]
    ) -> tuple[bool, ConnectorInfo]:
        self.calls.append(("put", connector, dict(config)))
        created = connector not in self.known
        return created, self._write(connector, config)

    async def patch_connector_config(
        self, connector: str, patch: Mapping[str, str | None]
    ) -> ConnectorInfo:
        self.calls.append(("patch", connector, dict(patch)))
        return self._write(connector, {**self._get(connector).config, **patch})

    async def delete_connector(self, connector: str) -> None:
        self._get(connector)
        del self.known[connector]

    async def set_target_state(self, connector: str, state: TargetState) -> None:
        self._get(connector, "Unknown connector {}").state = state
        self.calls.append(("state", connector, state))

    async def restart_connector(
        self, connector: str, *, include_tasks: bool, only_failed: bool
    ) -> ConnectorStatus | None:
        found = self._get(connector, "Unknown connector: {}")
        self.calls.append(("restart", connector, include_tasks, only_failed))
        if not (include_tasks or only_failed):
            return None
        planned = PartStatus("RESTARTING", WORKER, self.version)
        return ConnectorStatus(connector, planned, found.tasks, "source")

    async def restart_task(self, connector: str, task: int) -> None:
        found = self._get(connector, "Unknown connector: {}")
        if task >= len(found.tasks):
            raise NotFoundError(f"Unknown task: {connector}-{task}")
        self.calls.append(("restart task", connector, task))

    async def connector_offsets(self, connector: str) -> Sequence[ConnectorOffset]:
        self._get(connector)
        return self.offsets.get(connector, [])

    async def alter_connector_offsets(
        self, connector: str, offsets: Sequence[ConnectorOffset] | None
    ) -> str:
        self._get(connector)
        self.offsets[connector] = list(offsets or [])
        done = "reset" if offsets is None else "altered"
        return f"The offsets for this connector have been {done} successfully"

    def plugins(self, *, connectors_only: bool) -> Sequence[PluginInfo]:
        found = [PluginInfo(SOURCE, "source", "4.3.1")]
        if not connectors_only:
            found.append(PluginInfo("weir.NoVersion", "predicate", None))
            found.append(PluginInfo("weir.Undefined", "converter", "undefined"))
        return found

    async def plugin_config(self, plugin: str, version: str | None) -> Sequence[ConfigKey]:
        if not SOURCE.endswith(plugin):
            raise NotFoundError(f"Unknown plugin {plugin}.")
        self.calls.append(("definitions", plugin, version))
        return KEYS

    async def validate(self, plugin: str, config: Mapping[str, str | None]) -> ConfigInfos:
        self.calls.append(("validate", plugin, dict(config)))
        missing = ['Missing required configuration "name" which has no default value.']
        errors = [] if "name" in config else missing
        infos = [ConfigInfo(None, ConfigValue("name", config.get("name"), errors))]
        for key in KEYS:
            value = ConfigValue(key.name, config.get(key.name, key.default), [])
            infos.append(ConfigInfo(key, value))
        known = {"name", *(key.name for key in KEYS)}
        infos += [
            ConfigInfo(None, ConfigValue(k, v, [])) for k, v in config.items() if k not in known
        ]
        return ConfigInfos(SOURCE, len(errors), ["Common"], infos)

    def loggers(self) -> Mapping[str, LoggerLevel]:
        return dict(sorted(self.levels.items()))

    def logger(self, name: str) -> LoggerLevel:
        if name not in self.levels:
            raise NotFoundError(f"Logger {name} not found.")
        return self.levels[name]

    async def set_logger_level(self, name: str, level: str, *, cluster: bool) -> Sequence[str]:
        if level.upper() not in ("DEBUG", "INFO"):
            raise NotFoundError(f"invalid log level '{level}'.")
        self.calls.append(("level", name, level, cluster))
        self.levels[name] = LoggerLevel(level.upper(), 1)
        return [name]


@dataclasses.dataclass
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def error(self) -> tuple[int, str]:
        """The error body's code and message, which must agree with the status."""
        assert self.headers["content-type"] == "application/json"
        assert set(self.json) == {"error_code", "message"}
        assert self.json["error_code"] == self.status
        return self.status, self.json["message"]


class Client:
    """Sends one request a connection, with no headers but the given ones."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port

    async def raw(self, data: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        writer.write(data)
        answer = await reader.read()
        writer.close()
        return answer

    async def __call__(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        sent = {"Host": f"{self.host}:{self.port}", "Connection": "close"}
        content = b""
        if isinstance(body, bytes):
            content = body
        elif body is not None:
            content = json.dumps(body).encode()
        if body is not None:
            sent |= {"Content-Type": "application/json", "Content-Length": str(len(content))}
        sent |= {key.replace("_", "-"): value for key, value in headers.items()}
        head = f"{method} {path} HTTP/1.1\r\n"
        head += "".join(f"{key}: {value}\r\n" for key, value in sent.items() if value != "-")
        return parse(await self.raw(head.encode() + b"\r\n" + content))


def parse(data: bytes) -> Answer:
    head, _, content = data.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {key.lower(): value for key, value in (line.split(": ", 1) for line in lines)}
    return Answer(int(first.split()[1]), headers, content)


@pytest.fixture
def twin() -> TwinHerder:
    return TwinHerder()


Serve = Callable[..., Awaitable[Client]]


@pytest.fixture
async def serve(twin: TwinHerder) -> AsyncIterator[Serve]:
    """Give a function that starts a server for the twin and returns its client."""
    servers: list[Server] = []

    async def start(
        settings: Settings | None = None, ready: Callable[[], bool] = lambda: True
    ) -> Client:
        given = settings or Settings()
        listeners = [dataclasses.replace(each, port=0) for each in given.listeners]
        server = Server(twin, dataclasses.replace(given, listeners=listeners), ready=ready)
        await server.start()
        servers.append(server)
        return Client(*server.addresses[-1])

    yield start
    for server in servers:
        await server.stop(0.2)


@pytest.fixture
async def call(serve: Serve) -> Client:
    """Give a client of a server with the default settings."""
    return await serve(Settings(listeners=[Listener("127.0.0.1", 0)]))

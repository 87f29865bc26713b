"""Desires out of files: a folder in Git instead of custom resources."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from weir_operator.client.target import ClusterTarget, target_of
from weir_operator.config.access import Access
from weir_operator.controller.clock import Clock, SystemClock, pause
from weir_operator.controller.ports import Change, Gone, Present
from weir_operator.observe.errors import OperatorError
from weir_operator.plan.model import AutoRestart, Desired
from weir_operator.resources.connector import API_VERSION, GROUP, KIND, KafkaConnector
from weir_operator.resources.spec import ConnectorSpec, External
from weir_operator.sources import file, mistake
from weir_operator.sources.desired import (
    RESTART,
    RESTART_FAILED,
    RESTART_TASK,
    connect_config,
    desired_of,
)
from weir_operator.sources.document import Document, Problem, ProblemsError, documents, odd_keys


class FolderError(OperatorError):
    """Files that cannot be used; every problem with its place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Folder:
    """Where the files are and which cluster they are for.

    `path` is a file, a folder, or `-` for the standard input. `connect` fills or overrides the
    address in the files.
    """

    path: str
    connect: str | None = None
    access: Access = field(default_factory=Access)

    def load(self) -> list[Desired]:
        """Read every KafkaConnector; other kinds are left to other programs.

        Raises:
            FolderError: Anything is wrong; nothing is half used.
        """
        problems: list[Problem] = []
        desires: list[Desired] = []
        places: dict[object, str] = {}
        for document in _documents(self.path, problems):
            resource = _resource(document, problems)
            if resource is None:
                continue
            desired = self._desired(document, resource, len(desires), problems)
            if desired is None:
                continue
            here = f"{document.place}:{document.line}"
            for identity in (str(desired.owner), desired.key):
                other = places.setdefault(identity, here)
                if other != here:
                    what = identity if isinstance(identity, str) else f"the connector {identity[1]}"
                    message = f"{what} is here and at {other}; keep one"
                    problems.append(Problem(document.place, document.line, message))
                    break
            desires.append(desired)
        if problems:
            raise FolderError(problems)
        return desires

    def _desired(
        self, document: Document, resource: KafkaConnector, number: int, problems: list[Problem]
    ) -> Desired | None:
        before = len(problems)
        target = self._target(document, resource, problems)
        _refuse_what_needs_a_status(document, resource, problems)
        _, wrong = connect_config(resource.connector_name, resource.spec)
        for sentence in wrong:
            line = document.line_of(("spec", "config", sentence.partition(":")[0]))
            problems.append(Problem(document.place, line, f"spec.config.{sentence}"))
        if target is None or len(problems) > before:
            return None
        made = desired_of(resource, target)
        # nobody watches a folder's connectors between two runs: restarts stay with people
        return replace(made, created=float(number), auto_restart=AutoRestart())

    def _target(
        self, document: Document, resource: KafkaConnector, problems: list[Problem]
    ) -> ClusterTarget | None:
        external = resource.spec.external
        url = self.connect or (external.url if external else None)
        path: tuple[str, ...] = ("spec", "external")
        message = _contradiction(resource.spec) or self._lack(external)
        if not message and url is not None:
            try:
                return target_of(url, self.access)
            except ValueError as problem:
                path, message = (*path, "url"), f"spec.external.url: {problem}"
        message = message or "no Connect cluster: give spec.external.url, or --connect URL"
        problems.append(Problem(document.place, document.line_of(path), message))
        return None

    def _lack(self, external: External | None) -> str:
        if external and external.tls and self.access.ca_pem is None:
            return "a Secret cannot be read from a folder: give --ca-file FILE"
        if external and external.auth and self.access.username is None:
            return "a Secret cannot be read from a folder: give --user NAME"
        return ""


def _contradiction(spec: ConnectorSpec) -> str:
    """Say what an API server would refuse by the rules of the definition."""
    external = spec.external
    if external and spec.connect_ref:
        return "give either external or connectRef, not both"
    if external and external.tls and not external.url.startswith("https://"):
        return "tls is given, and url does not begin with https://"
    return ""


def _refuse_what_needs_a_status(
    document: Document, resource: KafkaConnector, problems: list[Problem]
) -> None:
    for annotation in (RESTART, RESTART_FAILED, RESTART_TASK):
        if annotation in resource.metadata.annotations:
            line = document.line_of(("metadata", "annotations", annotation))
            message = (
                f"a file cannot ask for a restart by {annotation}: nothing remembers that it was"
                f" done; run: weirctl restart {resource.connector_name}"
            )
            problems.append(Problem(document.place, line, message))
    if resource.spec.adopt == "Never":
        line = document.line_of(("spec", "adopt"))
        message = "adopt: Never needs a memory of what was created, which a folder has not"
        problems.append(Problem(document.place, line, f"{message}; leave it out"))


# files


def _documents(path: str, problems: list[Problem]) -> Iterator[Document]:
    for place, text in file.texts(path, problems):
        try:
            yield from documents(place, text)
        except ProblemsError as problem:
            problems.append(problem.problem)


# documents


def _resource(document: Document, problems: list[Problem]) -> KafkaConnector | None:
    data = document.data
    kind_problem = _kind_problem(data)
    if kind_problem is not None:
        if kind_problem:
            line = document.line_of(("apiVersion",)) if isinstance(data, dict) else document.line
            problems.append(Problem(document.place, line, kind_problem))
        return None
    odd = [
        Problem(document.place, line, f"the key {key} is read as no text; write it in quotes")
        for line, key in odd_keys(document.node)
    ]
    if odd:
        problems.extend(odd)
        return None
    try:
        return KafkaConnector.model_validate(_reduced(data), extra="forbid")
    except ValidationError as problem:
        problems.extend(_problems(document, problem))
        return None


def _kind_problem(data: object) -> str | None:
    """Say what is wrong with a document's kind; empty for one that is not ours to read."""
    if not isinstance(data, dict) or "kind" not in data:
        return f"this is no resource: it needs apiVersion: {API_VERSION} and kind: {KIND}"
    version = data.get("apiVersion")
    if data["kind"] != KIND:
        ours = str(data["kind"]).lower() == KIND.lower() or str(version).startswith(f"{GROUP}/")
        return f"kind is {data['kind']!r}; write {KIND}" if ours else ""
    if version is None:
        return f"apiVersion is missing; write apiVersion: {API_VERSION}"
    if version != API_VERSION:
        return f"apiVersion is {version!r}; write {API_VERSION}"
    return None


def _reduced(data: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what an API server adds: a file may have come from one."""
    kept = {key: value for key, value in data.items() if key != "status"}
    metadata = data.get("metadata")
    if isinstance(metadata, dict):
        known = {"name", "namespace", "labels", "annotations"}
        kept["metadata"] = {key: value for key, value in metadata.items() if key in known}
    return kept


def _problems(document: Document, problem: ValidationError) -> Iterator[Problem]:
    for path, sentence in mistake.mistakes(problem):
        yield Problem(document.place, document.line_of(path), sentence)


# the source


class FolderSource:
    """A folder as a source: read once for `list`, then again every `poll_s` seconds.

    A change of a document is a new generation. Files that are wrong at a later look are told to
    `on_problem`, and what was read before stays.
    """

    def __init__(
        self,
        load: Callable[[], Sequence[Desired]],
        *,
        on_problem: Callable[[FolderError], None],
        poll_s: float = 2.0,
        clock: Clock | None = None,
    ) -> None:
        self._load = load
        self._on_problem = on_problem
        self._poll_s = poll_s
        self._clock = clock or SystemClock()
        self._known: dict[str, Desired] = {}
        self._told = ""

    async def list(self) -> Sequence[Desired]:
        """Read the folder.

        Raises:
            FolderError: The files are wrong.
        """
        self._known = {desired.owner.uid: desired for desired in self._load()}
        return list(self._known.values())

    async def changes(self) -> AsyncIterator[Change]:
        """Yield what changed in the folder, for ever."""
        while True:
            await pause(self._clock, self._poll_s)
            try:
                found = {desired.owner.uid: desired for desired in self._load()}
            except FolderError as problem:
                if str(problem) != self._told:
                    self._told = str(problem)
                    self._on_problem(problem)
                continue
            self._told = ""
            for uid in self._known.keys() - found.keys():
                del self._known[uid]
                yield Gone(uid)
            for uid, desired in found.items():
                change = self._changed(uid, desired)
                if change is not None:
                    yield change

    def _changed(self, uid: str, desired: Desired) -> Present | None:
        former = self._known.get(uid)
        if former is not None:
            desired = replace(desired, generation=former.generation, created=former.created)
            if desired == former:
                return None
            desired = replace(desired, generation=former.generation + 1)
        self._known[uid] = desired
        return Present(desired)

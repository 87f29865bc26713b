"""Desires out of files: a folder in Git instead of custom resources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from weir_operator.client.target import ClusterTarget, target_of
from weir_operator.config.access import Access
from weir_operator.observe.errors import OperatorError
from weir_operator.plan.model import AutoRestart, Desired, Refusal
from weir_operator.resources.connector import KafkaConnector
from weir_operator.resources.reason import Reason
from weir_operator.resources.spec import RESERVED_KEYS, ConnectorSpec, External
from weir_operator.sources import connect_file, file, reading
from weir_operator.sources.desired import (
    RESTART,
    RESTART_FAILED,
    RESTART_TASK,
    connect_config,
    desired_of,
)
from weir_operator.sources.document import Document, Problem, ProblemsError, documents
from weir_operator.sources.selector import Selector

NO_CLUSTER = "no Connect cluster: give spec.external.url, --connect URL or --context NAME"


class FolderError(OperatorError):
    """Files that cannot be used; every problem with its place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Located:
    """A desire, and the document that it was read from."""

    desired: Desired
    resource: KafkaConnector
    document: Document

    @property
    def place(self) -> str:
        """File and line, as a compiler writes them."""
        return f"{self.document.place}:{self.document.line}"

    @property
    def is_foreign(self) -> bool:
        """Whether it is of Connect's own form, and no resource."""
        return connect_file.is_one(self.document.data)

    def line_of_key(self, key: str) -> int:
        """Give the line of a key of the config, or of the field that stands for it."""
        return _line_of_key(self.document, key)


@dataclass(frozen=True, slots=True)
class Folder:
    """Where the files are and which cluster they are for.

    `path` is a file, a folder, or `-` for the standard input. `connect` fills or overrides the
    address in the files, and is reached with `access`; `access_to` gives what lets one in at an
    address of the files. `fallback` is asked for those that name no cluster at all. Only what
    `selector` matches is read. Without `needs_address` a resource may name no cluster that can be
    reached from here: it is read and judged, and is of no use for more.
    """

    path: str
    connect: str | None = None
    access: Access = field(default_factory=Access)
    access_to: Callable[[str], Access] | None = None
    fallback: Callable[[], ClusterTarget | None] | None = None
    selector: Selector | None = None
    needs_address: bool = True

    def load(self) -> list[Desired]:
        """Read every KafkaConnector; other kinds are left to other programs.

        Raises:
            FolderError: Anything is wrong; nothing is half used.
        """
        return [one.desired for one in self.read()]

    def read(self) -> list[Located]:
        """Read every KafkaConnector with the place where it stands.

        Raises:
            FolderError: Anything is wrong; nothing is half used.
        """
        found, problems = self.look()
        if problems:
            raise FolderError(problems)
        return found

    def look(self) -> tuple[list[Located], list[Problem]]:
        """Read what can be read, and say what is wrong with the rest."""
        problems: list[Problem] = []
        return self._located(file.texts(self.path, problems), problems), problems

    def of_text(self, text: str) -> list[Desired]:
        """Read one text as if it were the file.

        Raises:
            FolderError: Anything is wrong with it.
        """
        problems: list[Problem] = []
        found = self._located([(self.path, text)], problems)
        if problems:
            raise FolderError(problems)
        return [one.desired for one in found]

    def _located(self, texts: Iterable[tuple[str, str]], problems: list[Problem]) -> list[Located]:
        found: list[Located] = []
        places: dict[object, str] = {}
        for document in _documents(texts, problems):
            resource = reading.resource_of(document, problems)
            if resource is None or not self._is_meant(resource):
                continue
            desired = self._desired(document, resource, len(found), problems)
            if desired is None:
                continue
            located = Located(desired, resource, document)
            double = _double(located, places)
            if double:
                problems.append(Problem(document.place, document.line, double))
            found.append(located)
        return found

    def _is_meant(self, resource: KafkaConnector) -> bool:
        return self.selector is None or self.selector.matches(resource.metadata.labels)

    def _desired(
        self, document: Document, resource: KafkaConnector, number: int, problems: list[Problem]
    ) -> Desired | None:
        before = len(problems)
        target = self._target(document, resource, problems)
        _refuse_what_needs_a_status(document, resource, problems)
        _, wrong = connect_config(resource.connector_name, resource.spec)
        for sentence in wrong:
            key = sentence.partition(":")[0]
            place, line = "spec.config.", document.line_of(("spec", "config", key))
            if connect_file.is_one(document.data):
                place, line = "", _line_of_key(document, key)
            problems.append(Problem(document.place, line, f"{place}{sentence}"))
        if target is None or len(problems) > before:
            return None
        made = desired_of(resource, target)
        # nobody watches a folder's connectors between two runs: restarts stay with people
        return replace(made, created=float(number), auto_restart=AutoRestart())

    def _target(
        self, document: Document, resource: KafkaConnector, problems: list[Problem]
    ) -> ClusterTarget | Refusal | None:
        external = resource.spec.external
        url = self.connect or (external.url if external else None)
        path: tuple[str, ...] = ("spec", "external")
        message = _contradiction(resource.spec)
        if not message and url is not None:
            try:
                target = target_of(url, self._access(url))
            except ValueError as problem:
                path, message = (*path, "url"), f"spec.external.url: {problem}"
            else:
                message = _lack(external, target) if self.needs_address else ""
                if not message:
                    return target
        if not message and self.fallback is not None and resource.spec.connect_ref is None:
            found = self.fallback()
            if found is not None:
                return found
        if not message and not self.needs_address:
            return Refusal(Reason.INVALID_SPEC, NO_CLUSTER)
        message = message or NO_CLUSTER
        problems.append(Problem(document.place, document.line_of(path), message))
        return None

    def _access(self, url: str) -> Access:
        if self.connect is not None or self.access_to is None:
            return self.access
        return self.access_to(url)


def _lack(external: External | None, target: ClusterTarget) -> str:
    if external and external.tls and target.ca_pem is None:
        return "a Secret cannot be read from a folder: give --ca-file FILE, or a context"
    if external and external.auth and target.username is None and target.token is None:
        return "a Secret cannot be read from a folder: give --user NAME, or a context"
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


def _line_of_key(document: Document, key: str) -> int:
    if connect_file.is_one(document.data):
        return max(document.line_of((key,)), document.line_of(("config", key)))
    field_of = RESERVED_KEYS.get(key)
    return document.line_of(("spec", field_of) if field_of else ("spec", "config", key))


def _double(located: Located, places: dict[object, str]) -> str:
    """Note a resource and its connector; say where either was before."""
    desired, spec = located.desired, located.resource.spec
    ref = spec.connect_ref
    named = f"{ref.namespace or desired.owner.namespace}/{ref.name}" if ref else ""
    cluster = desired.key.url or named
    for identity in (str(desired.owner), (cluster, desired.connector)):
        other = places.setdefault(identity, located.place)
        if other != located.place:
            what = identity if isinstance(identity, str) else f"the connector {identity[1]}"
            return f"{what} is here and at {other}; keep one"
    return ""


# files


def _documents(texts: Iterable[tuple[str, str]], problems: list[Problem]) -> Iterator[Document]:
    for place, text in texts:
        try:
            if place.endswith(connect_file.SUFFIX):
                found = connect_file.document_of(place, text)
                # a worker's properties may lie beside those of its connectors
                yield from [found] if connect_file.is_one(found.data) else []
                continue
            for document in documents(place, text):
                yield from document.entries()
        except ProblemsError as problem:
            problems.append(problem.problem)

"""YAML documents with the line of everything in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, SequenceNode

_TIMESTAMP = "tag:yaml.org,2002:timestamp"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file: where, what, and what to do about it."""

    place: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.place}:{self.line}: {self.message}"


class ProblemsError(Exception):
    """A text that is no YAML, or has a key twice."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class _Loader(yaml.SafeLoader):
    """YAML as Kubernetes reads it: a date stays the text that was written."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in entries if tag != _TIMESTAMP]
    for first, entries in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True, slots=True)
class Document:
    """One document: its data, and where it is."""

    place: str
    data: Any
    node: Node

    @property
    def line(self) -> int:
        """The line on which the document begins."""
        return _line(self.node)

    def line_of(self, path: Sequence[str | int]) -> int:
        """Give the line of a key by its path, or of the last part of it that exists."""
        node, line = self.node, self.line
        for part in path:
            found = _step(node, part)
            if found is None:
                break
            line, node = found
        return line


def documents(place: str, text: str) -> Iterator[Document]:
    """Read every document of a text; empty ones are left out.

    Raises:
        ProblemsError: The text is no YAML or has a key twice.
    """
    loader = _Loader(text)
    try:
        while loader.check_node():
            node = loader.get_node()
            if node is None:
                continue
            _refuse_doubles(place, node)
            data = loader.construct_document(node)
            if data is not None:
                yield Document(place, data, node)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        line = mark.line + 1 if mark is not None else 1
        message = f"this is no YAML: {problem.problem or problem.context}"
        raise ProblemsError(Problem(place, line, message)) from problem
    except yaml.YAMLError as problem:
        raise ProblemsError(Problem(place, 1, f"this is no YAML: {problem}")) from problem
    finally:
        loader.dispose()


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _step(node: Node, part: str | int) -> tuple[int, Node] | None:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return _line(key), value
    if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
        return _line(node.value[part]), node.value[part]
    return None


def _refuse_doubles(place: str, node: Node) -> None:
    """YAML lets the last of two equal keys win without a word."""
    if isinstance(node, MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                message = f"the key {name} is here and on line {seen[name]}; keep one"
                raise ProblemsError(Problem(place, _line(key), message))
            seen[name] = _line(key)
            _refuse_doubles(place, value)
    elif isinstance(node, SequenceNode):
        for value in node.value:
            _refuse_doubles(place, value)

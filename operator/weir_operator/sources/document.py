"""YAML documents with the line of everything in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.reader import ReaderError

from weir_operator.sources.scalar import Loader

_KEY_TAGS = frozenset({"tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"})


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file: where, what, and what to do about it.

    `line` is 0 where it is the file as a whole.
    """

    place: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.place}:{self.line}" if self.line else self.place
        return f"{place}: {self.message}"


class ProblemsError(Exception):
    """A text that is no YAML, or has a key twice."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


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

    def entries(self) -> Iterator[Document]:
        """Give each entry of a list as a document of its own; any other is itself."""
        if isinstance(self.node, SequenceNode) and isinstance(self.data, list):
            for entry, node in zip(self.data, self.node.value, strict=True):
                yield Document(self.place, entry, node)
        else:
            yield self

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
    try:
        yield from _read(place, text)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        line = mark.line + 1 if mark is not None else 1
        raise ProblemsError(
            Problem(place, line, f"this is no YAML: {_words(problem)}")
        ) from problem
    except ReaderError as problem:
        line = text.count("\n", 0, problem.position) + 1
        message = f"this is no text: it holds the character U+{ord(text[problem.position]):04X}"
        raise ProblemsError(Problem(place, line, message)) from problem
    except yaml.YAMLError as problem:
        raise ProblemsError(Problem(place, 1, f"this is no YAML: {problem}")) from problem
    except RecursionError as problem:
        raise ProblemsError(Problem(place, 1, "it is nested too deeply")) from problem


def _read(place: str, text: str) -> Iterator[Document]:
    loader = Loader(text)
    try:
        while loader.check_node():
            node = loader.get_node()
            if node is None:
                continue
            refuse_doubles(place, node, set())
            data = loader.construct_document(node)
            if data is not None:
                yield Document(place, data, node)
    finally:
        loader.dispose()


def _words(problem: yaml.MarkedYAMLError) -> str:
    words = str(problem.problem or problem.context)
    if "'\\t'" in words:
        return "a tab stands where only spaces may; indent with spaces"
    return words


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


def odd_keys(node: Node) -> Iterator[tuple[int, str]]:
    """Give line and text of every key that is read as a number, a boolean or nothing."""
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(key, ScalarNode) and key.tag not in _KEY_TAGS:
                yield _line(key), str(key.value)
            yield from odd_keys(value)


def refuse_doubles(place: str, node: Node, done: set[int]) -> None:
    """Refuse equal keys, of which YAML lets the last win without a word.

    Raises:
        ProblemsError: There are some.
    """
    if id(node) in done:  # an alias, which may even lead back to where it stands
        return
    done.add(id(node))
    if isinstance(node, MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                message = f"the key {name} is here and on line {seen[name]}; keep one"
                raise ProblemsError(Problem(place, _line(key), message))
            seen[name] = _line(key)
            refuse_doubles(place, value, done)
    elif isinstance(node, SequenceNode):
        for value in node.value:
            refuse_doubles(place, value, done)

"""Fields of generated rows: each makes the values of a run of rows.

What is drawn depends on the seed and on the row's number alone, so that a run can begin
anywhere and gives what an earlier run gave there.
"""

from __future__ import annotations

import datetime
import random
import string
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Literal

import msgspec

BLOCK = 1000
"""Rows that share a random generator: one a row would cost more than the values."""

_LETTERS = string.ascii_letters + string.digits
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


class Run(msgspec.Struct, frozen=True):
    """Which rows to make: `count` of them from `first`, each `task + n * tasks` in the whole.

    `seed` is the field's own; `now_ms` is the time of making them; `drawn` keeps the last block
    of each seed from one run to the next.
    """

    first: int
    count: int
    task: int
    tasks: int
    seed: str
    now_ms: int
    drawn: dict[str, tuple[int, Sequence[Any]]]

    def numbers(self) -> range:
        """Return the numbers that the rows have among those of all tasks."""
        start = self.task + self.first * self.tasks
        return range(start, start + self.count * self.tasks, self.tasks)


class Spec(msgspec.Struct, tag_field="type", frozen=True, forbid_unknown_fields=True):
    """Base of the descriptions of fields."""

    def values(self, run: Run) -> Sequence[Any]:
        """Return the values of the rows."""
        raise NotImplementedError


class Sequence_(Spec, tag="sequence", frozen=True):  # noqa: N801 - the ABC has the name
    """Numbers that count up over all tasks."""

    start: int = 0
    step: int = 1

    def values(self, run: Run) -> Sequence[Any]:
        """Return the numbers."""
        return [self.start + number * self.step for number in run.numbers()]


class Constant(Spec, tag="constant", frozen=True):
    """The same value in each row."""

    value: Any

    def values(self, run: Run) -> Sequence[Any]:
        """Return the value once a row."""
        return [self.value] * run.count


class Timestamp(Spec, tag="timestamp", frozen=True):
    """The time of making the row, or times that count up from `start` (ms) by `step` (ms)."""

    format: Literal["iso", "ms"] = "iso"
    start: int | None = None
    step: int = 1000

    def values(self, run: Run) -> Sequence[Any]:
        """Return ISO texts in UTC, or milliseconds since the epoch."""
        if self.start is None:
            return [self._shown(run.now_ms)] * run.count
        return [self._shown(self.start + number * self.step) for number in run.numbers()]

    def _shown(self, millis: int) -> str | int:
        if self.format == "ms":
            return millis
        moment = _EPOCH + datetime.timedelta(milliseconds=millis)
        return moment.replace(tzinfo=None).isoformat("T", "milliseconds") + "Z"


class Drawn(Spec, frozen=True):
    """Base of what is drawn at random."""

    def values(self, run: Run) -> Sequence[Any]:
        """Return what the blocks that hold the rows hold there."""
        values: list[Any] = []
        stop = run.first + run.count
        for block in range(run.first // BLOCK, (stop - 1) // BLOCK + 1):
            drawn = self._block(run, block)
            begin = block * BLOCK
            values += drawn[max(run.first - begin, 0) : stop - begin]
        return values

    def _block(self, run: Run, block: int) -> Sequence[Any]:
        kept = run.drawn.get(run.seed)
        if kept is None or kept[0] != block:
            # random.Random of a str is the same on every platform and in every process
            generator = random.Random(f"{run.seed}/{run.task}/{block}")  # noqa: S311 - test data
            kept = run.drawn[run.seed] = (block, self.draw(generator, BLOCK))
        return kept[1]

    def draw(self, generator: random.Random, count: int) -> Sequence[Any]:
        """Return `count` values; always draws the same for the same generator."""
        raise NotImplementedError


class Choice(Drawn, tag="choice", frozen=True):
    """One of some values, all alike or by weight."""

    of: list[Any]
    weights: list[float] | None = None

    def __post_init__(self) -> None:
        if not self.of:
            raise ValueError("`of` must not be empty")
        if self.weights is None:
            return
        if len(self.weights) != len(self.of):
            raise ValueError(f"{len(self.weights)} `weights` for {len(self.of)} values")
        if min(self.weights) < 0 or sum(self.weights) <= 0:
            raise ValueError("`weights` must not be negative, and one must be positive")

    def draw(self, generator: random.Random, count: int) -> Sequence[Any]:
        """Return drawn values."""
        return generator.choices(self.of, self.weights, k=count)


class Int(Drawn, tag="int", frozen=True):
    """Whole numbers between two bounds, both included."""

    min: int = 0
    max: int = 100

    def __post_init__(self) -> None:
        _ordered(self.min, self.max)

    def draw(self, generator: random.Random, count: int) -> Sequence[Any]:
        """Return drawn numbers."""
        return [generator.randint(self.min, self.max) for _ in range(count)]


class Float(Drawn, tag="float", frozen=True):
    """Numbers between two bounds, rounded to `decimals` places where that is given."""

    min: float = 0.0
    max: float = 1.0
    decimals: int | None = None

    def __post_init__(self) -> None:
        _ordered(self.min, self.max)

    def draw(self, generator: random.Random, count: int) -> Sequence[Any]:
        """Return drawn numbers."""
        drawn = [generator.uniform(self.min, self.max) for _ in range(count)]
        return drawn if self.decimals is None else [round(one, self.decimals) for one in drawn]


class String(Drawn, tag="string", frozen=True):
    """Letters and digits."""

    MOST: ClassVar[int] = 1_000_000
    length: int = 10

    def __post_init__(self) -> None:
        if not 0 <= self.length <= self.MOST:
            raise ValueError(f"`length` must be between 0 and {self.MOST}")

    def draw(self, generator: random.Random, count: int) -> Sequence[Any]:
        """Return drawn texts."""
        return ["".join(generator.choices(_LETTERS, k=self.length)) for _ in range(count)]


AnySpec = Sequence_ | Constant | Timestamp | Choice | Int | Float | String


def parse(text: str) -> dict[str, Spec]:
    """Return the fields of a JSON description, in its order.

    Raises:
        ValueError: the text is no such description; the message names the field.
    """
    try:
        described = msgspec.json.decode(text)
    except (msgspec.DecodeError, ValueError) as error:
        raise ValueError(f"not JSON: {error}") from error
    if not isinstance(described, dict) or not described:
        raise ValueError('must be a JSON object such as {"id": {"type": "sequence"}}')
    return {name: _field(name, spec) for name, spec in described.items()}


def _field(name: str, spec: Any) -> Spec:
    try:
        found: Spec = msgspec.convert(spec, AnySpec)
    except (msgspec.ValidationError, ValueError) as error:
        raise ValueError(f"field '{name}': {error}") from error
    return found


def _ordered(least: float, most: float) -> None:
    if least > most:
        raise ValueError(f"`min` {least} is above `max` {most}")


def rows(fields: dict[str, Spec], run: Callable[[str], Run]) -> list[dict[str, Any]]:
    """Return the rows; `run` gives the run for a field's name."""
    columns = [spec.values(run(name)) for name, spec in fields.items()]
    return [dict(zip(fields, values, strict=True)) for values in zip(*columns, strict=True)]

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weir_runtime.connectors.line import LineSplitter


def split(*blocks: bytes) -> tuple[list[tuple[bytes, int]], bytes | None]:
    splitter = LineSplitter()
    found: list[tuple[bytes, int]] = []
    for block in blocks:
        lines, sizes = splitter.split(block)
        found += zip(lines, sizes or [len(line) + 1 for line in lines], strict=True)
    return found, splitter.rest()


@pytest.mark.parametrize(
    ("blocks", "lines", "rest"),
    [
        ([b"a\nb\n"], [(b"a", 2), (b"b", 2)], None),
        ([b"a\r\nb\r\n"], [(b"a", 3), (b"b", 3)], None),
        ([b"a\rb\r"], [(b"a", 2)], b"b"),
        ([b"a\r\rb\n\nc"], [(b"a", 2), (b"", 1), (b"b", 2), (b"", 1)], b"c"),
        ([b"a\n\r\nb"], [(b"a", 2), (b"", 2)], b"b"),
        ([b"a\r", b"\nb\n"], [(b"a", 3), (b"b", 2)], None),
        ([b"a\r", b"b\n"], [(b"a", 2), (b"b", 2)], None),
        ([b"a", b"b", b"c\n"], [(b"abc", 4)], None),
        ([b"x"], [], b"x"),
        ([b"\n"], [(b"", 1)], None),
        ([b"a\x0bb\x1cc\x85d\n"], [(b"a\x0bb\x1cc\x85d", 8)], None),
    ],
)
def test_lines_end_as_in_java(
    blocks: list[bytes], lines: list[tuple[bytes, int]], rest: bytes | None
) -> None:
    assert split(*blocks) == (lines, rest)


def test_a_line_of_many_blocks_is_not_joined_again_and_again() -> None:
    splitter = LineSplitter()
    for _ in range(20_000):
        assert splitter.split(b"x" * 1000) == ([], None)
    lines, _ = splitter.split(b"\n")
    assert [len(line) for line in lines] == [20_000_000]


CHARS = st.sampled_from([b"a", b"\n", b"\r", b"\xff"])


@given(st.lists(st.lists(CHARS, min_size=1, max_size=6).map(b"".join), max_size=8))
def test_blocks_may_be_cut_anywhere(blocks: list[bytes]) -> None:
    found, rest = split(*blocks)
    whole = b"".join(blocks)
    taken = sum(size for _, size in found)
    assert whole[taken:].removesuffix(b"\r") == (rest or b"")
    expected = re.split(rb"\r\n|\r|\n", whole[:taken])
    assert [line for line, _ in found] == expected[:-1]

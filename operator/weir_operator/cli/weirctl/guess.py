"""What somebody who mistyped a word may have meant."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Give the end of a sentence that names what is spelled alike; empty if nothing is."""
    import difflib  # noqa: PLC0415 - of use for mistakes only

    close = difflib.get_close_matches(word, list(known), n=3, cutoff=0.6)
    return f"; did you mean {' or '.join(close)}?" if close else ""

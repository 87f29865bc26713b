"""Values that are never shown."""

from __future__ import annotations

HIDDEN = "[hidden]"


class Secret:
    """A secret text; only `reveal` gives it away.

    Equal to another secret of the same text. Not a str, so that no formatting shows it.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text, for those who log in with it."""
        return self._text

    def __str__(self) -> str:
        return HIDDEN

    def __repr__(self) -> str:
        return HIDDEN

    def __format__(self, spec: str) -> str:
        return format(HIDDEN, spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

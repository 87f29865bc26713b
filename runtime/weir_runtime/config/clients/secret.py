"""Text that must not be printed."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Secret:
    """A password or key; `reveal()` is the only way to its text."""

    _text: str = field(repr=False)

    def reveal(self) -> str:
        """Return the text, for the client that needs it."""
        return self._text

    def __repr__(self) -> str:
        return "[hidden]"

    __str__ = __repr__

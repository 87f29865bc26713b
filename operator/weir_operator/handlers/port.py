"""What handlers call; every method may be called from another thread."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Login:
    """Credentials for the API server, as another HTTP client takes them."""

    server: str
    ca_path: str | None
    insecure: bool
    token: str | None
    username: str | None
    password: str | None
    certificate_path: str | None
    private_key_path: str | None
    proxy_url: str | None


class Port(Protocol):
    """The operator, as its shell sees it."""

    def hint(self, kind: str | None, obj: Mapping[str, Any]) -> None:
        """Take an event of a watch and return at once."""
        ...

    def health(self) -> Mapping[str, str]:
        """Give what a person would want to know.

        Raises:
            OperatorError: the process should be started anew.
        """
        ...

    def watching(self) -> None:
        """Take note that the watch began."""
        ...

    async def login(self) -> Login:
        """Give fresh credentials."""
        ...

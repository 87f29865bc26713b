"""What can go wrong between the operator and the Kubernetes API."""

from typing import ClassVar

from weir_operator.observe.errors import OperatorError


class KubeError(OperatorError):
    """An answer of the Kubernetes API that is not a success, or no answer.

    ``status`` is the HTTP status, 0 where no answer came; ``reason`` is the
    word of the API's own Status object, such as ``AlreadyExists``.
    """

    retriable: ClassVar[bool] = False

    def __init__(self, message: str, *, status: int = 0, reason: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason


class KubeLoginError(KubeError):
    """No usable credentials were found."""


class KubeForbiddenError(KubeError):
    """The API server knows the caller and refuses, or does not know it."""


class KubeNotFoundError(KubeError):
    """The object, or the kind of object, does not exist."""


class KubeConflictError(KubeError):
    """The object is not the one that was read: it was changed or made anew."""

    retriable: ClassVar[bool] = True


class KubeInvalidError(KubeError):
    """The API server cannot accept what was sent."""


class KubeExpiredError(KubeError):
    """A page of a list is asked for too late: the list must begin again."""

    retriable: ClassVar[bool] = True


class KubeUnavailableError(KubeError):
    """The API server cannot be reached, is overloaded or takes too long."""

    retriable: ClassVar[bool] = True


_KINDS: dict[int, type[KubeError]] = {
    400: KubeInvalidError,
    401: KubeForbiddenError,
    403: KubeForbiddenError,
    404: KubeNotFoundError,
    409: KubeConflictError,
    410: KubeExpiredError,
    422: KubeInvalidError,
    429: KubeUnavailableError,
}


def from_status(status: int, reason: str, message: str) -> KubeError:
    """Give the error that an answer's HTTP status stands for."""
    kind = _KINDS.get(status, KubeUnavailableError if status >= 500 else KubeError)
    return kind(message, status=status, reason=reason)

"""The root of the operator's errors."""

from typing import ClassVar


class OperatorError(Exception):
    """Something the operator could not do, said in one sentence.

    ``retriable`` tells whether doing the same again later may succeed.
    """

    retriable: ClassVar[bool] = False

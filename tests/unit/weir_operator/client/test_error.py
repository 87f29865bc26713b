"""One error for each kind of answer."""

import pytest

from weir_operator.client import error


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (409, "Connector c1 already exists", error.AlreadyExistsError),
        (409, "Cannot complete request because of a conflicting operation", error.RebalanceError),
        (404, "Connector c1 not found", error.NotFoundError),
        (404, "HTTP 404 Not Found", error.UnavailableError),
        (404, None, error.UnavailableError),
        (400, "Connector configuration is invalid", error.InvalidError),
        (422, "config may not be empty", error.InvalidError),
        (401, None, error.UnauthorizedError),
        (403, "no", error.UnauthorizedError),
        (500, "Request timed out", error.ConnectApiError),
        (502, None, error.UnavailableError),
    ],
)
def test_an_answer_stands_for_one_error(
    status: int, message: str | None, kind: type[error.ConnectApiError]
) -> None:
    found = error.from_answer(status, message, where="GET http://c/connectors")
    assert type(found) is kind
    assert found.status == status
    assert found.outcome_unknown == (status >= 500)
    assert str(found)


def test_wrong_credentials_are_told_with_the_place_and_what_it_said() -> None:
    found = error.from_answer(401, "User cannot access the resource.", where="GET http://c")
    assert str(found) == (
        "GET http://c: HTTP 401 (User cannot access the resource.):"
        " the credentials are missing or wrong"
    )
    found = error.from_answer(403, None, where="GET http://c")
    assert str(found) == "GET http://c: HTTP 403: the credentials are not allowed to do this"

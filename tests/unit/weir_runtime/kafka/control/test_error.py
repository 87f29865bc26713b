import pytest
from aiokafka import errors

from weir_runtime.api.errors import ConnectError, RetriableError, UnsupportedError
from weir_runtime.kafka.control.error import check, error_for, translated
from weir_runtime.kafka.ports import AuthorizationError, BrokerError, GroupNotEmptyError


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (3, RetriableError),
        (6, RetriableError),
        (10, BrokerError),
        (14, RetriableError),
        (16, RetriableError),
        (25, GroupNotEmptyError),
        (29, AuthorizationError),
        (30, AuthorizationError),
        (35, UnsupportedError),
        (38, BrokerError),
        (68, GroupNotEmptyError),
        (12345, BrokerError),
    ],
)
def test_numbers_become_errors_of_their_kind(code: int, kind: type[ConnectError]) -> None:
    error = error_for(code, "Doing it")
    assert type(error) is kind
    assert str(error).startswith("Doing it: ")


def test_zero_is_no_error() -> None:
    check(0, "Doing it")


def test_the_brokers_own_text_is_kept() -> None:
    text = str(error_for(38, "Creating topic t", "Replication factor: 3 larger than brokers: 1"))
    assert "Creating topic t: Replication factor: 3 larger than brokers: 1 (" in text


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (errors.KafkaConnectionError("gone"), RetriableError),
        (errors.NodeNotReadyError("x"), RetriableError),
        (errors.TopicAuthorizationFailedError("t"), AuthorizationError),
        (errors.IncompatibleBrokerVersion("x"), UnsupportedError),
        (NotImplementedError("x"), UnsupportedError),
        (ConnectionRefusedError(111, "refused"), RetriableError),
        (TimeoutError(), RetriableError),
    ],
)
def test_exceptions_of_the_client_leave_as_errors_of_ours(
    raised: Exception, kind: type[ConnectError]
) -> None:
    with pytest.raises(ConnectError, match="Doing it") as error, translated("Doing it"):
        raise raised
    assert type(error.value) is kind
    assert error.value.__cause__ is raised


def test_errors_of_ours_pass_unchanged() -> None:
    with pytest.raises(GroupNotEmptyError, match=r"^x$"), translated("Doing it"):
        raise GroupNotEmptyError("x", 68)

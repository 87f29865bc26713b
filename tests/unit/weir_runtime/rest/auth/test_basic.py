import base64
import logging
from pathlib import Path

import pytest

from weir_runtime.rest.auth import basic, scrypt
from weir_runtime.rest.auth.basic import BasicAuth
from weir_runtime.rest.auth.store import Store
from weir_runtime.rest.errors import HttpError


class Clock:
    at = 0.0

    def monotonic(self) -> float:
        return self.at

    def now_ms(self) -> int:
        return 0

    async def sleep(self, duration_s: float) -> None:
        self.at += duration_s


def header(user: str, password: str, scheme: str = "Basic") -> str:
    return f"{scheme} {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(scrypt, "LOG_N", 4)
    file = tmp_path / "users"
    file.write_text(f"alice=se:cr\u00e9t\nbob={scrypt.hash_of(b'hush')}\n")
    return file


@pytest.fixture
def auth(users: Path, clock: Clock) -> BasicAuth:
    return BasicAuth(Store(users, clock), clock)


async def status(auth: BasicAuth, given: str | None, client: str = "c") -> int:
    try:
        await auth.user_of(given, client)
    except HttpError as error:
        return error.status
    return 200


@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC", " Basic "])
async def test_right_users_come_in(auth: BasicAuth, scheme: str) -> None:
    assert await auth.user_of(header("alice", "se:cr\u00e9t", scheme), "c") == "alice"
    assert await auth.user_of(header("bob", "hush", scheme), "c") == "bob"


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        "Basic",
        "Basic !!!",
        "Basic YWxpY2U=",
        "Bearer abc",
        "Basic /w==",
        header("alice", "wrong"),
        header("alice", ""),
        header("bob", "wrong"),
        header("nobody", ""),
        header("nobody", "hush"),
        header("", ""),
        "Basic " + "A" * 1_000_000,
    ],
)
async def test_others_get_a_401_with_a_challenge(auth: BasicAuth, given: str | None) -> None:
    with pytest.raises(HttpError) as raised:
        await auth.user_of(given, "c")
    assert raised.value.status == 401
    assert str(raised.value) == "User cannot access the resource."
    assert raised.value.headers["WWW-Authenticate"].startswith("Basic ")


async def test_a_guesser_is_held_up_the_right_password_included(
    auth: BasicAuth, clock: Clock
) -> None:
    guesses = [await status(auth, header("alice", f"guess{n}")) for n in range(12)]
    assert guesses == [401] * basic.FAILURES + [429] * 2
    with pytest.raises(HttpError) as raised:
        await auth.user_of(header("alice", "se:cr\u00e9t"), "c")
    assert raised.value.headers["Retry-After"] == "2"
    assert "try again in 2 s" in str(raised.value)
    clock.at += 2
    assert await status(auth, header("alice", "se:cr\u00e9t")) == 200


@pytest.mark.parametrize("user", ["alice", "bob", "nobody"])
async def test_a_guesser_locks_no_other_client_and_no_other_user_out(
    auth: BasicAuth, user: str
) -> None:
    for n in range(50):
        await status(auth, header(user, f"guess{n}"))
    assert await status(auth, header("alice", "se:cr\u00e9t"), "other") == 200
    assert await status(auth, header("bob", "hush"), "other") == 200
    if user != "alice":
        assert await status(auth, header("alice", "se:cr\u00e9t")) == 200


async def test_a_guesser_is_held_up_also_where_the_right_one_was_there(auth: BasicAuth) -> None:
    assert await status(auth, header("bob", "hush")) == 200
    for n in range(basic.FAILURES):
        await status(auth, header("bob", f"guess{n}"))
    # what is remembered must not tell a guesser that it was right
    assert await status(auth, header("bob", "hush")) == 429


def counted(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Return a list that grows with each hash that is computed."""
    computed: list[bytes] = []
    derive = scrypt._derive

    def count(password: bytes, salt: bytes, cost: tuple[int, int, int], size: int) -> bytes:
        computed.append(salt)
        return derive(password, salt, cost, size)

    monkeypatch.setattr(scrypt, "_derive", count)
    return computed


async def test_a_hash_is_computed_once_for_many_requests(
    auth: BasicAuth, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed = counted(monkeypatch)
    for _ in range(5):
        assert await status(auth, header("bob", "hush")) == 200
    assert len(computed) == 1


async def test_an_unknown_user_takes_as_long_as_a_known_one(
    auth: BasicAuth, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed = counted(monkeypatch)
    assert await status(auth, header("nobody", "hush")) == 401
    assert await status(auth, header("bob", "wrong")) == 401
    assert len(computed) == 2


async def test_a_password_that_was_changed_is_no_longer_remembered(
    auth: BasicAuth, clock: Clock, users: Path
) -> None:
    assert await status(auth, header("bob", "hush")) == 200
    users.write_text(f"bob={scrypt.hash_of(b'other')}\n")
    clock.at += 1
    assert await status(auth, header("bob", "hush")) == 401
    assert await status(auth, header("bob", "other")) == 200
    assert await status(auth, header("alice", "se:cr\u00e9t")) == 401


async def test_logs_hold_no_password_and_no_unknown_name(
    auth: BasicAuth, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for n in range(12):
        await status(auth, header("alice", f"wrong{n}"))
        await status(auth, header("my-password", "wrong"))
    assert "Login of user alice from c failed" in caplog.text
    assert "Login of an unknown user from c failed" in caplog.text
    assert "Too many failed logins of user alice from c; more are held up" in caplog.text
    for text in ("my-password", "wrong", "se:cr"):
        assert text not in caplog.text

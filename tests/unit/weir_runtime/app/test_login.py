from pathlib import Path

import pytest

from weir_runtime.aio.clock import SystemClock
from weir_runtime.api.errors import ConfigError
from weir_runtime.app import login
from weir_runtime.config.worker import WorkerConfig

BASE = {
    "bootstrap.servers": "localhost:9092",
    "key.converter": "x",
    "value.converter": "x",
    "offset.storage.file.filename": "/tmp/offsets",
}
ALIAS = {"rest.extension.classes": "BasicAuthSecurityRestExtension"}


def parsed(**extra: str) -> WorkerConfig:
    given = {key.replace("_", "."): text for key, text in extra.items()}
    return WorkerConfig.parse({**BASE, **given}, distributed=False)


@pytest.mark.parametrize(
    ("options", "file"),
    [
        ("", None),
        ("-Xmx1g -Dother=1", None),
        ("-Djava.security.auth.login.config=/etc/jaas.conf -Xmx1g", "/etc/jaas.conf"),
        ("'-Djava.security.auth.login.config=/etc/my jaas.conf'", "/etc/my jaas.conf"),
        ("-Djava.security.auth.login.config==/etc/jaas.conf", "/etc/jaas.conf"),
        ("-Djava.security.auth.login.config=file:/etc/jaas.conf", "/etc/jaas.conf"),
        (f"{login.OPTION}/a {login.OPTION}/b", "/b"),
    ],
)
def test_the_option_for_a_jvm_names_the_file(options: str, file: str | None) -> None:
    found = login.jaas_file({"KAFKA_OPTS": options})
    assert found == (None if file is None else Path(file))


def test_options_that_are_no_words_are_told() -> None:
    with pytest.raises(ConfigError, match="KAFKA_OPTS cannot be read: No closing quotation"):
        login.jaas_file({"KAFKA_OPTS": "'-Dx"})


def test_nobody_has_to_log_in_unless_it_is_asked_for() -> None:
    options = {"KAFKA_OPTS": f"{login.OPTION}/nonexistent"}
    assert login.basic_auth(parsed(), options, SystemClock()) is None


def test_our_own_key_goes_before_java_s_file() -> None:
    config = parsed(rest_auth_credentials_file="/users", **ALIAS)
    options = {"KAFKA_OPTS": f"{login.OPTION}/nonexistent"}
    assert login.credentials_file(config, options) == Path("/users")


def test_a_login_without_users_says_how_to_name_them() -> None:
    with pytest.raises(ConfigError, match=r"set rest\.auth\.credentials\.file to a file"):
        login.basic_auth(parsed(**ALIAS), {}, SystemClock())


def test_passwords_in_clear_are_warned_about() -> None:
    config = parsed(listeners="http://0.0.0.0:8083,http://127.0.0.1:8084", **ALIAS)
    assert list(login.warnings(config)) == [
        "Passwords come to http://0.0.0.0:8083 in clear; make it an https listener"
    ]
    assert list(login.warnings(parsed(listeners="http://0.0.0.0:8083"))) == []

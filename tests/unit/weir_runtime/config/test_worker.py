"""A worker's config: types, defaults, cross checks, refusals, warnings."""

import pytest

from weir_runtime.api.errors import ConfigError
from weir_runtime.config.worker import WorkerConfig
from weir_runtime.config.worker.listener import Listener, ListenerConfig, listener

STRING = "org.apache.kafka.connect.storage.StringConverter"
COMMON = {
    "bootstrap.servers": "a:9092, b:9092",
    "key.converter": STRING,
    "value.converter": STRING,
}
DISTRIBUTED = {
    **COMMON,
    "group.id": "connect",
    "config.storage.topic": "configs",
    "offset.storage.topic": "offsets",
    "status.storage.topic": "status",
}
STANDALONE = {**COMMON, "offset.storage.file.filename": "/data/offsets"}


def parsed(**keys: str) -> WorkerConfig:
    changed = {name.replace("__", "."): value for name, value in keys.items()}
    return WorkerConfig.parse({**DISTRIBUTED, **changed}, distributed=True)


def errors(**keys: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parsed(**keys)
    return str(caught.value).splitlines()


def test_defaults_of_a_distributed_worker() -> None:
    config = parsed()
    assert config.client.bootstrap_servers == ["a:9092", "b:9092"]
    assert config.task.offset_flush_interval_ms == 60000
    assert config.listener.addresses == (Listener("http", "127.0.0.1", 8083),)
    assert config.listener.open_addresses == ()
    assert config.standalone is None
    assert config.group_id == "connect"
    assert config.distributed is not None
    assert config.distributed.group.session_timeout_ms == 6000
    assert config.distributed.group.heartbeat_interval_ms == 1000
    assert config.distributed.group.takeover_delay_ms == 0
    assert config.distributed.topics["offset"].partitions == 25
    assert config.distributed.topics["config"].partitions == 1
    assert config.warnings == ()


def test_a_standalone_worker_needs_its_offset_file_and_no_group() -> None:
    config = WorkerConfig.parse(STANDALONE, distributed=False)
    assert config.standalone is not None
    assert str(config.standalone.offset_file) == "/data/offsets"
    assert (config.distributed, config.group_id) == (None, None)
    with pytest.raises(ConfigError, match=r'"offset\.storage\.file\.filename"'):
        WorkerConfig.parse(COMMON, distributed=False)


def test_all_errors_of_a_file_are_told_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        WorkerConfig.parse(
            {"offset.flush.interval.ms": "soon", "listeners": "8083"}, distributed=True
        )
    lines = str(caught.value).splitlines()
    assert 'Missing required configuration "bootstrap.servers" which has no default value.' in lines
    assert 'Missing required configuration "group.id" which has no default value.' in lines
    assert (
        "Invalid value soon for configuration offset.flush.interval.ms: Not a number of type LONG"
        in lines
    )
    assert (
        "Invalid value 8083 for configuration listeners: a listener begins with http:// or https://"
        in lines
    )


def test_a_misspelt_key_is_told_beside_what_it_leaves_missing() -> None:
    with pytest.raises(ConfigError) as caught:
        WorkerConfig.parse({**COMMON, "grup.id": "g"}, distributed=True)
    lines = str(caught.value).splitlines()
    assert 'Missing required configuration "group.id" which has no default value.' in lines
    assert "grup.id is unknown to Kafka Connect and its clients; did you mean group.id?" in lines


@pytest.mark.parametrize(
    ("keys", "session", "heartbeat"),
    [
        ({"session.timeout.ms": "30000"}, 30000, 1000),
        ({"session.timeout.ms": "1500"}, 1500, 500),
        ({"heartbeat.interval.ms": "7000"}, 10000, 7000),
        ({"session.timeout.ms": "9000", "heartbeat.interval.ms": "2000"}, 9000, 2000),
    ],
)
def test_one_of_the_two_session_keys_alone_is_meant_against_javas_defaults(
    keys: dict[str, str], session: int, heartbeat: int
) -> None:
    config = WorkerConfig.parse({**DISTRIBUTED, **keys}, distributed=True)
    assert config.distributed is not None
    assert config.distributed.group.session_timeout_ms == session
    assert config.distributed.group.heartbeat_interval_ms == heartbeat


@pytest.mark.parametrize(
    ("keys", "error"),
    [
        (
            {"session__timeout__ms": "3000", "heartbeat__interval__ms": "3000"},
            "Invalid value 3000 for configuration heartbeat.interval.ms: "
            "must be below session.timeout.ms (3000)",
        ),
        (
            {"inter__worker__signature__algorithm": "HmacSHA512"},
            "Invalid value HmacSHA512 for configuration inter.worker.signature.algorithm: "
            "must be in inter.worker.verification.algorithms (HmacSHA256)",
        ),
        (
            {"offset__storage__partitions": "0"},
            "Invalid value 0 for configuration offset.storage.partitions: "
            "must be positive, or -1 for the broker's default",
        ),
        (
            {"status__storage__topic": "configs"},
            "Invalid value configs for configuration status.storage.topic: "
            "is config.storage.topic already; use topics of its own",
        ),
        (
            {"rest__advertised__listener": "https"},
            "Invalid value https for configuration rest.advertised.listener: "
            "listeners has no https URL",
        ),
        (
            {"rest__advertised__port": "70000"},
            "Invalid value 70000 for configuration rest.advertised.port: "
            "Value must be no more than 65535",
        ),
        (
            {"connect__protocol": "magic"},
            "Invalid value magic for configuration connect.protocol: "
            "String must be one of (case insensitive): eager, compatible, sessioned",
        ),
        (
            {"exactly__once__source__support": "ENABLED"},
            "Invalid value ENABLED for configuration exactly.once.source.support: "
            "exactly-once sources are not supported yet; use disabled",
        ),
        (
            {"config__providers": "file"},
            "Invalid value file for configuration config.providers: "
            "config providers are not supported yet; write the values themselves",
        ),
        (
            {"listeners": "https://:8443"},
            "An https listener needs a certificate: set listeners.https.ssl.keystore.location and "
            "its password, or listeners.https.ssl.keystore.type=PEM and a PEM file",
        ),
        (
            {"connector__client__config__override__policy": "com.example.Mine"},
            "Invalid value com.example.Mine for configuration "
            "connector.client.config.override.policy: use All, None, Principal, Allowlist",
        ),
        (
            {"compat__strict": "true"},
            "Invalid value true for configuration compat.strict: "
            "is not supported yet; remove the key",
        ),
        (
            {
                "admin__listeners": "https://:8444",
                "admin__listeners__https__ssl__client__auth": "sometimes",
            },
            "Invalid value sometimes for configuration admin.listeners.https.ssl.client.auth: "
            "use one of none, requested, required",
        ),
        (
            {"listeners": "http://a:1", "admin__listeners": "http://a:1"},
            "Two listeners are at a:1; give each a port of its own",
        ),
        (
            {"metric__reporters": "com.example.Reporter"},
            "Invalid value com.example.Reporter for configuration metric.reporters: "
            "metric reporters are Java classes; remove the key",
        ),
    ],
)
def test_what_does_not_fit_or_is_not_there_is_one_clear_line(
    keys: dict[str, str], error: str
) -> None:
    assert errors(**keys) == [error]


def test_refused_keys_pass_at_values_that_ask_for_nothing() -> None:
    config = parsed(
        exactly__once__source__support="disabled",
        config__providers="",
        rest__extension__classes="",
        metric__reporters="org.apache.kafka.common.metrics.JmxReporter",
        connect__protocol="Compatible",
    )
    assert config.warnings == ()


def test_unknown_keys_are_warned_about_with_the_nearest_known_one() -> None:
    config = parsed(
        offset__flush__intervall__ms="1",
        producer__linger__mss="1",
        consumer__max__poll__records="10",
        config__storage__cleanup__policy="compact",
        something__else="1",
        key__converter__anything="1",
    )
    assert config.warnings == (
        "offset.flush.intervall.ms is unknown to Kafka Connect and its clients; "
        "did you mean offset.flush.interval.ms?",
        "producer.linger.mss is unknown to Kafka Connect and its clients; "
        "did you mean producer.linger.ms?",
        "something.else is unknown to Kafka Connect and its clients",
        "config.storage.cleanup.policy is ignored: Connect decides on it itself",
    )


def test_client_settings_are_checked_before_any_client_is_made() -> None:
    found = errors(
        security__protocol="SSL",
        ssl__truststore__location="/etc/trust.jks",
        producer__acks="some",
        consumer__interceptor__classes="com.example.Spy",
    )
    assert [line.split(" ", 1)[0] for line in found] == ["ssl.truststore.location:", "with", "with"]
    assert found[0].endswith("cannot read /etc/trust.jks: No such file or directory")
    assert found[1].startswith("with producer.*: ")
    assert "acks" in found[1]
    assert found[2].startswith("with consumer.*: ")
    assert "interceptor.classes" in found[2]


@pytest.mark.parametrize(
    ("keys", "key", "allowed"),
    [
        ({}, "linger.ms", True),
        ({}, "sasl.jaas.config", False),
        ({"connector.client.config.override.policy": "None"}, "linger.ms", False),
        ({"connector.client.config.override.policy": "Principal"}, "sasl.jaas.config", True),
        ({"connector.client.config.override.allowlist": "a.b, linger.ms"}, "a.b", True),
        ({"connector.client.config.override.allowlist": ""}, "linger.ms", False),
    ],
)
def test_the_override_policy_is_the_workers(keys: dict[str, str], key: str, allowed: bool) -> None:
    config = WorkerConfig.parse({**DISTRIBUTED, **keys}, distributed=True)
    assert config.overrides.allows(key) is allowed


def test_client_keys_are_handed_on_under_javas_names() -> None:
    config = parsed(
        security__protocol="ssl",
        ssl__truststore__type="PEM",
        producer__acks="1",
        config__storage__segment__bytes="1000000",
        config__storage__partitions="7",
    )
    assert config.client_properties == {
        "bootstrap.servers": "a:9092, b:9092",
        "security.protocol": "ssl",
        "ssl.truststore.type": "PEM",
    }
    assert config.client.security_protocol == "SSL"
    assert config.prefixed("producer.") == {"acks": "1"}
    assert config.distributed is not None
    assert config.distributed.topics["config"].settings == {"segment.bytes": "1000000"}


@pytest.mark.parametrize(
    ("url", "wanted", "is_open"),
    [
        ("http://:8083", Listener("http", "", 8083), True),
        ("HTTP://Example.org:80/", Listener("http", "example.org", 80), True),
        ("http://[::1]:1", Listener("http", "::1", 1), False),
        ("http://127.0.0.1:0", Listener("http", "127.0.0.1", 0), False),
        ("http://localhost:1", Listener("http", "localhost", 1), False),
        ("https://0.0.0.0:1", Listener("https", "0.0.0.0", 1), True),
        ("https://a", Listener("https", "a", 8083), True),
        ("http://", Listener("http", "", 8083), True),
    ],
)
def test_listeners_are_read(url: str, wanted: Listener, is_open: bool) -> None:
    assert listener(url) == wanted
    assert listener(str(wanted)) == wanted
    assert wanted.is_open is is_open


@pytest.mark.parametrize(
    "url", ["", "8083", "ftp://a:1", "http://a:x", "http://a:1/path", "http://u@a:1"]
)
def test_what_is_no_listener_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        listener(url)


def test_the_advertised_address_follows_java() -> None:
    open_one = ListenerConfig(listeners=["http://:0", "https://a:2"])
    assert open_one.advertised([81, 2], "me.example") == Listener("http", "me.example", 81)
    told = ListenerConfig(
        listeners=["http://b:1", "https://a:2"],
        rest_advertised_listener="https",
        rest_advertised_host_name="out.example",
        rest_advertised_port=443,
    )
    assert told.advertised([1, 2], "me.example") == Listener("https", "out.example", 443)


def test_the_embedded_broker_is_named_by_its_scheme() -> None:
    assert parsed(bootstrap__servers="memory://").client.is_embedded
    assert not parsed().client.is_embedded


def test_admin_is_served_unless_its_list_is_empty() -> None:
    assert parsed().listener.is_admin_served
    assert not parsed(admin__listeners="").listener.is_admin_served

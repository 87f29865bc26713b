"""What connectors may override."""

from pathlib import Path

import pytest

from weir_runtime.api.errors import ConfigError
from weir_runtime.config.clients import librdkafka, policy, table
from weir_runtime.config.clients.table import Kind

LIBRDKAFKA_KEYS = (Path(__file__).parent / "librdkafka_keys.txt").read_text().split()
DANGEROUS = {
    # loads code
    "plugin.library.paths", "ssl.engine.location", "ssl.providers", "interceptors",
    "sasl.kerberos.kinit.cmd",
    # reads or writes files
    "ssl.key.location", "ssl.certificate.location", "ssl.ca.location", "ssl.crl.location",
    "ssl.keystore.location", "https.ca.location", "sasl.kerberos.keytab", "offset.store.path",
    "sasl.oauthbearer.assertion.file", "sasl.oauthbearer.assertion.private.key.file",
    "sasl.oauthbearer.assertion.jwt.template.file", "ssl.ca.certificate.stores",
    # calls URLs
    "sasl.oauthbearer.token.endpoint.url", "sasl.oauthbearer.metadata.authentication.type",
}  # fmt: skip
POLICIES = ["All", "None", "Principal", "Allowlist"]
JAVA_CODE = ["interceptor.classes", "metric.reporters", "sasl.login.class", "security.providers",
             "sasl.client.callback.handler.class", "ssl.engine.factory.class",
             "sasl.oauthbearer.jwks.endpoint.url"]  # fmt: skip


def test_the_list_of_dangerous_keys_is_of_this_librdkafka() -> None:
    assert set(LIBRDKAFKA_KEYS) >= DANGEROUS


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize("key", [*sorted(DANGEROUS), *JAVA_CODE])
def test_keys_that_load_code_read_files_or_call_urls_pass_no_policy(name: str, key: str) -> None:
    judge = policy.from_worker(name, [key])
    refusals = judge.refusals({f"producer.override.{key}": "x", "name": "c"})
    assert list(refusals) == [f"producer.override.{key}"]
    assert "no policy allows it" in refusals[f"producer.override.{key}"]


@pytest.mark.parametrize("key", LIBRDKAFKA_KEYS)
def test_no_override_reaches_librdkafka_but_through_the_table(key: str) -> None:
    judge = policy.from_worker("All", None)
    for kind in Kind:
        if key in table.rules(kind) or not judge.allows(key):
            continue
        plain = librdkafka.translate(kind, {}).settings
        assert librdkafka.translate(kind, {key: "9999"}).settings == plain


def test_without_settings_the_tuning_keys_may_be_overridden() -> None:
    judge = policy.from_worker(None, None)
    allowed = {
        "producer.override.linger.ms": "5",
        "producer.override.compression.zstd.level": "5",
        "consumer.override.max.poll.records": "5",
        "consumer.override.group.id": "g",
    }
    assert judge.refusals(allowed) == {}
    known = {key for kind in Kind for key in table.rules(kind)}
    assert all("*" in key or key in known for key in policy.TUNING)


def test_the_refusal_is_javas_and_names_the_setting_that_allows_it() -> None:
    judge = policy.from_worker(None, None)
    refusal = judge.refusals({"consumer.override.bootstrap.servers": "evil:1"})
    assert refusal == {
        "consumer.override.bootstrap.servers": (
            "The 'Allowlist' policy does not allow 'bootstrap.servers' to be overridden in the "
            "connector configuration. To allow it, add it to "
            "connector.client.config.override.allowlist in the worker's configuration"
        )
    }


def test_a_list_of_ones_own_replaces_the_built_in_one() -> None:
    judge = policy.from_worker(None, ["linger.ms"])
    assert judge.allows("linger.ms")
    assert not judge.allows("acks")


def test_allowlist_by_name_without_a_list_allows_nothing_as_in_java() -> None:
    assert not policy.from_worker("Allowlist", None).allows("linger.ms")


@pytest.mark.parametrize(
    ("name", "yes", "no"),
    [
        ("All", ["acks", "bootstrap.servers", "sasl.jaas.config"], ["ssl.truststore.location"]),
        ("None", [], ["acks", "client.id"]),
        ("Principal", ["sasl.jaas.config", "sasl.mechanism", "security.protocol"], ["acks"]),
    ],
)
def test_the_policies_allow_what_javas_allow(name: str, yes: list[str], no: list[str]) -> None:
    java = f"org.apache.kafka.connect.connector.policy.{name}ConnectorClientConfigOverridePolicy"
    for spelled in (name, java):
        judge = policy.from_worker(spelled, None)
        assert all(judge.allows(key) for key in yes)
        assert not any(judge.allows(key) for key in no)


def test_an_unknown_policy_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"com\.example\.Mine"):
        policy.from_worker("com.example.Mine", None)

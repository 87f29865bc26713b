"""Java's names of cipher suites as OpenSSL has them."""

import ssl

import pytest

from weir_runtime.config.tls import cipher


@pytest.mark.parametrize(
    ("java", "wanted"),
    [
        ("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384"),
        ("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"),
        ("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA-CHACHA20-POLY1305"),
        ("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "DHE-RSA-AES128-GCM-SHA256"),
        ("TLS_RSA_WITH_AES_128_GCM_SHA256", "AES128-GCM-SHA256"),
        ("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", "ECDHE-RSA-AES128-SHA256"),
        ("TLS_RSA_WITH_AES_256_CBC_SHA", "AES256-SHA"),
    ],
)
def test_names_are_translated(java: str, wanted: str) -> None:
    assert cipher.openssl([java]) == wanted


@pytest.mark.parametrize(
    "name",
    ["", "TLS_NONSENSE", "TLS_RSA_WITH_ALL", "ECDHE-RSA-AES256-GCM-SHA384", "TLS_RSA_WITH_X:ALL"],
)
def test_names_that_mean_nothing_are_errors(name: str) -> None:
    with pytest.raises(ValueError, match="OpenSSL has no cipher suite"):
        cipher.openssl([name])


def test_suites_decide_which_versions_are_left() -> None:
    old = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
    assert cipher.versions([old]) == {ssl.TLSVersion.TLSv1_2}
    assert cipher.versions(cipher.TLS13) == {ssl.TLSVersion.TLSv1_3}
    assert cipher.versions([old, *cipher.TLS13]) == set(cipher.VERSIONS.values())
    with pytest.raises(ValueError, match=r"of TLS 1\.3 name all of"):
        cipher.versions(["TLS_AES_256_GCM_SHA384"])

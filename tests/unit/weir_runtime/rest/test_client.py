from typing import Any

import pytest

from weir_runtime.rest import client


@pytest.mark.parametrize(
    ("peer", "found"),
    [
        (("10.1.2.3", 4711), "10.1.2.3"),
        (("::ffff:10.1.2.3", 1, 0, 0), "10.1.2.3"),
        (("2001:db8:1:2:3:4:5:6", 1, 0, 0), "2001:db8:1:2::/64"),
        (("2001:db8:1:2::9", 1, 0, 0), "2001:db8:1:2::/64"),
        (("fe80::1%eth0", 1, 0, 2), "fe80::/64"),
        (None, "-"),
        ((), "-"),
        ("/run/socket", "-"),
        (("no address", 1), "-"),
    ],
)
def test_a_client_is_an_address_or_a_network(peer: Any, found: str) -> None:
    assert client.of(peer) == found

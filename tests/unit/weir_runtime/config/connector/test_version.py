"""Version ranges as Maven reads them."""

import pytest

from weir_runtime.api.errors import ConfigError
from weir_runtime.config.connector import version


@pytest.mark.parametrize(
    ("wanted", "available", "fits"),
    [
        ("1.0", "1.0", True),
        ("1.0", "1.0.0", True),
        ("1.0", "1.1", False),
        ("[1.0,2.0)", "1.9.9", True),
        ("[1.0,2.0)", "2.0", False),
        ("(1.0,2.0]", "1.0", False),
        ("(1.0,2.0]", "2.0", True),
        ("[1.5,)", "10.0", True),
        ("(,1.5]", "1.4", True),
        ("(,1.0],[1.2,)", "1.1", False),
        ("(,1.0],[1.2,)", "1.3", True),
        ("[1.0]", "1.0", True),
        ("latest", "1", True),
        ("(1.0-rc1,)", "1.0", True),
        ("[1.0,)", "1.0-SNAPSHOT", False),
    ],
)
def test_ranges_are_read_as_maven_reads_them(wanted: str, available: str, fits: bool) -> None:
    assert (version.mismatch("P", wanted, available) is None) is fits


@pytest.mark.parametrize(
    "text", ["", "[", "[[[", "[1,2", "1,2", "(1)", "[2,1]", "[1,2,3]", "[1,2]x", "[]"]
)
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="Invalid version specification"):
        version.parse(text)


def test_newer_versions_come_later() -> None:
    ordered = ["1.0-alpha1", "1.0-rc1", "1.0-SNAPSHOT", "1.0", "1.0.1", "1.2", "1.10"]
    shuffled = [*ordered[3:], *ordered[:3]]
    assert sorted(shuffled, key=version.newest_last) == ordered
    assert version.compare("1", "1.0.0") == 0

from __future__ import annotations

import pytest

from weir_runtime.api.errors import ConfigError
from weir_runtime.app.check import mode


def test_the_mode_is_told_by_the_key_that_only_one_has() -> None:
    assert mode.told({"group.id": "g"}, None)[0] == "distributed"
    assert mode.told({"offset.storage.file.filename": "f"}, None)[0] == "standalone"
    assert mode.told({}, "standalone") == ("standalone", "--mode says so")


@pytest.mark.parametrize(
    ("properties", "text"),
    [
        ({}, "neither is set"),
        ({"group.id": "g", "offset.storage.file.filename": "f"}, "both are set"),
    ],
)
def test_a_file_that_does_not_tell_needs_a_word(properties: dict[str, str], text: str) -> None:
    with pytest.raises(ConfigError, match=f"{text}; say --mode"):
        mode.told(properties, None)

"""Overrides that no client could be started with."""

import pytest

from weir_runtime.config.clients import check


@pytest.mark.parametrize(
    ("config", "wanted"),
    [
        ({"producer.override.batch.size": "x"}, ["producer.override.batch.size"]),
        ({"consumer.override.auto.offset.reset": "x"}, ["consumer.override.auto.offset.reset"]),
        ({"producer.override.batch.size": "100", "batch.size": "x"}, []),
        ({"producer.override.of.nobody": "x"}, []),
    ],
)
def test_values_that_do_not_fit_are_told_at_the_connectors_key(
    config: dict[str, str], wanted: list[str]
) -> None:
    assert list(check.errors(config)) == wanted


def test_the_sentence_names_the_clients_key_as_the_reference_does() -> None:
    found = check.errors({"producer.override.batch.size": "x"})
    assert found["producer.override.batch.size"].startswith(
        "Invalid value x for configuration batch.size: Not a number of type"
    )

"""Orders of keys as Java Connect 4.3.1 printed them."""

import pytest

from weir_runtime.codec import hash_order


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (["a", "name"], ["name", "a"]),
        (["c", "b", "a", "name"], ["name", "a", "b", "c"]),
        (["file", "topic", "name"], ["name", "topic", "file"]),
        ([], []),
    ],
)
def test_keys_come_in_the_order_of_their_buckets(given: list[str], shown: list[str]) -> None:
    assert hash_order.sort(given) == shown


def test_a_map_that_was_filled_key_by_key_has_sixteen_buckets() -> None:
    assert hash_order.sort(["Schemas", "Serialization"], minimum=hash_order.GROWN) == [
        "Serialization",
        "Schemas",
    ]

from weir_runtime.codec.murmur2 import murmur2, partition_for

# from Apache Kafka's own UtilsTest, as signed numbers
VECTORS = {
    b"21": -973932308,
    b"foobar": -790332482,
    b"a-little-bit-long-string": -985981536,
    b"a-little-bit-longer-string": -1486304829,
    b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    b"abc": 479470107,
}


def signed(value: int) -> int:
    return value - (1 << 32) if value >> 31 else value


def test_hashes_are_those_of_java() -> None:
    assert {key: signed(murmur2(key)) for key in VECTORS} == VECTORS


def test_the_sign_is_masked_before_the_partition_is_taken() -> None:
    assert partition_for(b"21", 25) == (-973932308 & 0x7FFFFFFF) % 25


def test_every_key_has_a_partition() -> None:
    assert {partition_for(b"k%d" % n, 5) for n in range(100)} == set(range(5))

"""Java's default partitioning: murmur2 of the key's bytes.

Source: org.apache.kafka.common.utils.Utils.murmur2, BuiltInPartitioner.partitionForKey.
"""

from __future__ import annotations

import struct

_MASK = 0xFFFFFFFF
_M = 0x5BD1E995
_SEED = 0x9747B28C


def murmur2(data: bytes) -> int:
    """Return the hash as an unsigned 32-bit number (Java's own is the same bits, signed)."""
    length = len(data)
    digest = (_SEED ^ length) & _MASK
    whole = length & ~3
    for (word,) in struct.iter_unpack("<I", data[:whole]):
        mixed = (word * _M) & _MASK
        mixed ^= mixed >> 24
        digest = ((digest * _M) & _MASK) ^ ((mixed * _M) & _MASK)
    if tail := data[whole:]:
        digest = ((digest ^ int.from_bytes(tail, "little")) * _M) & _MASK
    digest ^= digest >> 13
    digest = (digest * _M) & _MASK
    return digest ^ (digest >> 15)


def partition_for(key: bytes, partitions: int) -> int:
    """Return the partition that a Java producer picks for `key`."""
    return (murmur2(key) & 0x7FFFFFFF) % partitions

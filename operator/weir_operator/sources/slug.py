"""Names of connectors made into names of resources and of files."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Container, Iterable

LONGEST = 200  # a file's name has 255 bytes at most, a resource's 253
_FOREIGN = re.compile(r"[^a-z0-9.]+")
_ENDS = re.compile(r"(?<![a-z0-9])[.-]+|[.-]+(?![a-z0-9])")
# what Windows takes for a device, with any ending
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")


def slugs(names: Iterable[str], taken: Container[str] = ()) -> dict[str, str]:
    """Give each name a slug that no other has: small letters, digits, `-` and `.`.

    It is a name as Kubernetes and every file system takes it. Those that are one already keep
    it; of those that would be equal, and where one is `taken`, all but the first get a hash.
    """
    found: dict[str, str] = {}
    used: set[str] = set()
    for name in sorted(names, key=lambda name: (plain(name) != name, name)):
        slug = plain(name)
        if slug in used or slug in taken:
            slug = f"{slug}-{_hash(name)}"
        used.add(slug)
        found[name] = slug
    return found


def plain(name: str) -> str:
    """Give the slug of a name, as if there were no other."""
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    slug = _ENDS.sub("", _FOREIGN.sub("-", ascii_only.lower())) or "connector"
    if _DEVICES.fullmatch(slug):
        slug = f"connector-{slug}"
    if len(slug) > LONGEST:
        slug = f"{slug[:LONGEST].rstrip('.-')}-{_hash(name)}"
    return slug


def _hash(name: str) -> str:
    data = name.encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).hexdigest()[:10]

"""The folder that an export is written into, with what stands there already."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from weir_operator.client.target import ClusterTarget, normal_url
from weir_operator.client.view import ConnectorView
from weir_operator.observe.errors import OperatorError
from weir_operator.plan import difference, kept
from weir_operator.sources import emitter
from weir_operator.sources.document import documents
from weir_operator.sources.folder import Folder, Located
from weir_operator.sources.manifest import Form, Manifest, ManifestError

_OURS = ("name", "class", "version", "tasksMax", "state", "config", "keepKeys")
"""The fields of a spec that an export writes; all others stay as somebody wrote them."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Files by the connector that they describe; `taken` are names of files and resources."""

    root: Path
    known: Mapping[str, Located]
    taken: frozenset[str]

    @classmethod
    def of(cls, path: str, target: ClusterTarget, form: Form) -> Shelf:
        """Read what stands in a folder; one that does not exist yet is empty.

        Raises:
            FolderError: A file is wrong.
            OperatorError: It is no folder.
        """
        root = Path(path)
        if root.exists() and not root.is_dir():
            raise OperatorError(f"{path} is a file: export writes into a folder, or to - (stdout)")
        located = Folder(path, needs_address=False).read() if root.exists() else []
        known = {one.desired.connector: one for one in located if _is_here(one, target, form)}
        taken = {one.desired.owner.name for one in located}
        taken |= {entry.stem.lower() for entry in root.glob("*")} if root.exists() else set()
        return cls(root, known, frozenset(taken))

    def write(self, name: str, text: str, *, private: bool) -> str:
        """Write a new file and give its place.

        Raises:
            OSError: It cannot be written, or is there.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        place = self.root / name
        mode = 0o600 if private else 0o666
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogatepass") as opened:
            opened.write(text)
        return str(place)

    def is_same(self, known: Located, view: ConnectorView) -> bool:
        """Tell whether a file asks for just what runs."""
        return not difference.compare(kept.laid_over(known.desired, view), view)

    def rewrite(self, known: Located, made: Manifest, *, private: bool) -> None:
        """Bring a file up to date: what an export does not write stays, comments do not.

        Raises:
            ManifestError: Other documents stand in the file.
            OSError: It cannot be written.
        """
        place = Path(known.document.place)
        if known.is_foreign or _is_crowded(place):
            what = "is Connect's own form" if known.is_foreign else "holds other documents too"
            msg = f"{place} {what}: edit it by hand, or take it away and export again"
            raise ManifestError(msg)
        before = known.document.data
        former = {key: value for key, value in before["spec"].items() if key not in _OURS}
        wanted = {key: value for key, value in made.resource["spec"].items() if key in _OURS}
        if known.resource.spec.name is not None:
            wanted = {"name": known.resource.spec.name, **wanted}
        _replace(place, emitter.dump({**before, "spec": {**former, **wanted}}), private=private)


def _is_here(located: Located, target: ClusterTarget, form: Form) -> bool:
    spec = located.resource.spec
    if spec.external is not None:
        with contextlib.suppress(ValueError):
            return normal_url(spec.external.url) == target.url
        return False
    ref: Mapping[str, Any] | None = form.place.get("connectRef")
    if spec.connect_ref is None:
        return True
    return ref is None or (spec.connect_ref.name, spec.connect_ref.namespace) == (
        ref["name"],
        ref.get("namespace"),
    )


def _is_crowded(place: Path) -> bool:
    """Tell whether a file holds more than one document, or a list of several."""
    found = documents(str(place), place.read_text(encoding="utf-8"))
    entries = (entry for document in found for entry in document.entries())
    return len(list(islice(entries, 2))) > 1


def _replace(place: Path, text: str, *, private: bool) -> None:
    mode = 0o600 if private else place.stat().st_mode & 0o777
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogatepass") as opened:
            opened.write(text)
        Path(name).chmod(mode)
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

"""`weirctl export`: a running cluster written into files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from weir_operator.cli.weirctl import table
from weir_operator.cli.weirctl.folder import progress
from weir_operator.cli.weirctl.folder.session import DIFFERS, ERROR, IN_SYNC, counted
from weir_operator.cli.weirctl.folder.snapshot import Snapshot, snapshot
from weir_operator.cli.weirctl.output import say, tell_error
from weir_operator.cli.weirctl.worker import connect
from weir_operator.client.error import ConnectApiError
from weir_operator.client.target import ClusterTarget
from weir_operator.client.view import ConnectorView
from weir_operator.observe.errors import OperatorError
from weir_operator.sources import connect_file, emitter, file
from weir_operator.sources.manifest import Form, Manifest, ManifestError, manifest
from weir_operator.sources.shelf import Shelf
from weir_operator.sources.slug import slugs

_SYMBOLS = {"written": "+", "rewritten": "~", "same": "=", "differs": "?", "error": "!"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to have exported, and how."""

    path: str
    form: Form
    names: tuple[str, ...] = ()
    overwrite: bool = False
    as_connect_json: bool = False


@dataclass(slots=True)
class _Work:
    """Results as they come."""

    wish: Wish
    found: Snapshot
    shelf: Shelf | None
    results: list[dict[str, Any]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def add(self, name: str, result: str, **more: Any) -> None:
        """Note what became of a connector."""
        self.results.append({"connector": name, "result": result, **more})


async def export(target: ClusterTarget, wish: Wish, *, timeout_s: float, as_json: bool) -> int:
    """Write what runs into files and give the exit code."""
    # what is there already is read first: nothing is asked of a worker for files that are wrong
    shelf = None if wish.path == file.STDIN else Shelf.of(wish.path, target, wish.form)
    api = connect(target)
    try:
        found = await snapshot(api, wish.names, timeout_s=timeout_s)
    except ConnectApiError as problem:
        raise OperatorError(str(problem)) from problem
    finally:
        await api.close()
    for note in found.notes:
        tell_error(note)
    work = _Work(wish, found, shelf)
    with progress.shown(len(found.views), "exported") as told:
        for number, (name, slug) in enumerate(_slugs(found, shelf).items(), 1):
            _one(work, name, slug)
            told.at(number)
    _tell(work, as_json=as_json)
    return _code(work)


def _slugs(found: Snapshot, shelf: Shelf | None) -> Mapping[str, str]:
    if shelf is None:
        return dict(sorted(slugs(found.views).items()))
    new = [name for name in found.views if name not in shelf.known]
    made = slugs(new, shelf.taken)
    known = {name: shelf.known[name].desired.owner.name for name in found.views.keys() - set(new)}
    return dict(sorted({**made, **known}.items()))


def _one(work: _Work, name: str, slug: str) -> None:
    wish, shelf = work.wish, work.shelf
    view = work.found.views[name]
    try:
        made = manifest(view, slug, work.found.passwords_of(view), wish.form)
        text = _text(view, made, as_connect_json=wish.as_connect_json)
        if shelf is None:
            work.texts.append(text)
            work.add(name, "written", kept=list(made.kept))
            return
        known = shelf.known.get(name)
        if known is None:
            ending = ".json" if wish.as_connect_json else ".yaml"
            place = shelf.write(f"{slug}{ending}", text, private=wish.form.secrets)
            work.add(name, "written", file=place, kept=list(made.kept))
        elif shelf.is_same(known, view):
            work.add(name, "same", file=known.document.place)
        elif wish.overwrite:
            shelf.rewrite(known, made, private=wish.form.secrets)
            work.add(name, "rewritten", file=known.document.place, kept=list(made.kept))
        else:
            work.add(name, "differs", file=known.document.place)
    except (ManifestError, OSError) as problem:
        work.add(name, "error", message=str(problem))


def _text(view: ConnectorView, made: Manifest, *, as_connect_json: bool) -> str:
    if not as_connect_json:
        return emitter.dump(made.resource)
    if made.kept:
        msg = (
            f"{', '.join(made.kept)}: Connect's JSON has no way to leave a secret where it is;"
            " give --with-secrets, or take --format yaml"
        )
        raise ManifestError(msg)
    return connect_file.text_of(view.name, view.config, str(made.resource["spec"].get("state", "")))


def _code(work: _Work) -> int:
    results = {result["result"] for result in work.results}
    return ERROR if "error" in results else DIFFERS if "differs" in results else IN_SYNC


def _tell(work: _Work, *, as_json: bool) -> None:
    wish = work.wish
    if wish.path != file.STDIN:
        say(json.dumps(work.results, indent=2, ensure_ascii=False) if as_json else _lines(work))
        return
    if wish.as_connect_json:
        say(json.dumps([json.loads(text) for text in work.texts], indent=2, ensure_ascii=False))
    elif work.texts:
        say("---\n".join(work.texts).removesuffix("\n"))
    for line in _problems(work.results):
        tell_error(line)


def _lines(work: _Work) -> str:
    counts = dict.fromkeys(_SYMBOLS, 0)
    lines = []
    for result in work.results:
        counts[result["result"]] += 1
        if result["result"] in ("written", "rewritten"):
            symbol = _SYMBOLS[result["result"]]
            lines.append(f"{symbol} {result['connector']}  {result['file']}{_kept(result)}")
    lines.extend(f"{'?' if 'differs' in line else '!'} {line}" for line in _problems(work.results))
    told = f"{counts['written']} written, {counts['rewritten']} rewritten, {counts['same']} as they"
    told += f" were, {counts['differs']} different, {counts['error']} errors"
    lines.append(f"{counted(len(work.results))}: {told}")
    return "\n".join(table.clean(line) for line in lines)


def _kept(result: Mapping[str, Any]) -> str:
    kept = result.get("kept")
    return f"  (left in Connect: {', '.join(kept)})" if kept else ""


def _problems(results: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = []
    for result in results:
        if result["result"] == "differs":
            place = result["file"]
            lines.append(f"{result['connector']}: {place} differs and stays; --overwrite takes it")
        elif result["result"] == "error":
            lines.append(f"{result['connector']}: cannot be exported: {result['message']}")
    return lines

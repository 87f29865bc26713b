"""What becomes of each key of a worker's file, by the tables that the worker itself goes by."""

from __future__ import annotations

from collections.abc import Mapping

from weir_runtime.api.errors import ConfigError
from weir_runtime.app.check import mask
from weir_runtime.app.check.finding import KeyFinding, Level, Outcome, Remark
from weir_runtime.config import support
from weir_runtime.config.clients import rule, table
from weir_runtime.config.clients.table import Kind
from weir_runtime.config.worker import client, topic, worker

_DECIDED = {
    support.Level.GROUP: (
        Outcome.HONOURED,
        "checked; it changes something only between the workers of a group",
    ),
    support.Level.HARMLESS: (Outcome.DROPPED, "nothing here needs it"),
    support.Level.REFUSED: (Outcome.DROPPED, "it asks for nothing that is not there"),
}
ADMIN = "checked; the worker's own client makes the admin calls"


def examine(
    properties: Mapping[str, str], *, distributed: bool
) -> tuple[tuple[KeyFinding, ...], tuple[Remark, ...]]:
    """Return what becomes of each key, and what is wrong beyond single keys."""
    errors: dict[str, list[str]] = {}
    others = []
    for key, sentence in worker.errors(properties, distributed=distributed):
        if key in properties:
            errors.setdefault(str(key), []).append(sentence)
        else:
            others.append(Remark(Level.PROBLEM, key or "worker", sentence))
    ignored = set(topic.ignored(properties)) if distributed else set()
    found = [
        _ignored(key, value) if key in ignored else _finding(key, value, errors.get(key, []))
        for key, value in properties.items()
    ]
    return tuple(found), (*others, *_defaults(properties, distributed=distributed))


def without_problems(properties: Mapping[str, str], keys: tuple[KeyFinding, ...]) -> dict[str, str]:
    """Return the properties that are left once keys that stop the worker are taken out."""
    wrong = {item.key for item in keys if item.outcome.is_problem}
    return {key: value for key, value in properties.items() if key not in wrong}


def _ignored(key: str, value: str) -> KeyFinding:
    detail = "Connect decides on it itself"
    return KeyFinding(key, mask.shown(key, value), Outcome.IGNORED, detail)


def _finding(key: str, value: str, errors: list[str]) -> KeyFinding:
    text = mask.shown(key, value)
    if errors:
        refused = support.worker_refusal(key, value) in errors
        outcome = Outcome.REFUSED if refused else Outcome.INVALID
        return KeyFinding(key, text, outcome, _masked("; ".join(errors), value, text))
    doubt = worker.doubt(key)
    if doubt is not None:
        return KeyFinding(key, text, Outcome.UNKNOWN, doubt)
    kind, name = _client(key)
    found = support.worker_support(key)
    level = support.Level.HONOURED if found is None else found.level
    is_client = level is support.Level.CLIENT or key in table.rules(Kind.ADMIN)
    if is_client and level is not support.Level.REFUSED:
        return _client_key(kind, name, key=key, value=value)
    return KeyFinding(key, text, *_DECIDED.get(level, (Outcome.HONOURED, "")))


def _masked(sentence: str, value: str, text: str) -> str:
    return sentence if text == value or not value else sentence.replace(value, text)


def _client(key: str) -> tuple[Kind, str]:
    """Return the kind of client that a key is for, and the client's own name of the key."""
    for prefix in client.PREFIXES:
        if key.startswith(prefix):
            return Kind(prefix.rstrip(".")), key.removeprefix(prefix)
    return Kind.ADMIN, key


def _client_key(kind: Kind, name: str, *, key: str, value: str) -> KeyFinding:
    found = table.rules(kind).get(name)
    if isinstance(found, rule.Converted):
        return _converted(found.convert(name, value), name, key=key, value=value)
    outcome, detail = _ruled(found, name)
    if key.startswith("admin."):
        outcome, detail = Outcome.DROPPED, ADMIN
    return KeyFinding(key, mask.shown(key, value), outcome, detail)


def _ruled(found: rule.Rule | None, name: str) -> tuple[Outcome, str]:
    match found:
        case rule.Renamed(to) if to != name:
            return Outcome.MAPPED, f"as {to}"
        case rule.Dropped(why):
            return Outcome.DROPPED, why
        case rule.Refused():
            # a harmless value: any other is an error of the worker
            return Outcome.DROPPED, "it asks for nothing"
        case rule.Handled(by):
            return Outcome.HONOURED, by
        case _:
            return Outcome.HONOURED, ""


def _converted(settings: rule.Settings, name: str, *, key: str, value: str) -> KeyFinding:
    text = mask.shown(key, value)
    if key.startswith("admin."):
        return KeyFinding(key, text, Outcome.DROPPED, ADMIN)
    if {item: str(given).lower() for item, given in settings.items()} == {name: value.lower()}:
        return KeyFinding(key, text, Outcome.HONOURED)
    made = ", ".join(f"{item}={mask.shown(item, given)}" for item, given in settings.items())
    return KeyFinding(key, text, Outcome.CONVERTED, f"to {made}")


def _defaults(properties: Mapping[str, str], *, distributed: bool) -> list[Remark]:
    """Return where a key that is not set means something else than in Java."""
    found = []
    if "listeners" not in properties:
        found.append(("listeners", "is not set: REST is at http://127.0.0.1:8083, for this machine "
                      "only; Java listens on all interfaces"))  # fmt: skip
    if "connector.client.config.override.policy" not in properties:
        found.append(("connector.client.config.override.policy", "is not set: connectors may "
                      "override client settings that only tune; Java lets all pass"))  # fmt: skip
    if distributed and not {"session.timeout.ms", "heartbeat.interval.ms"} & properties.keys():
        found.append(("session.timeout.ms", "is not set: 6000, with a heartbeat each 1000; "
                      "in Java 10000 and 3000"))  # fmt: skip
    return [Remark(Level.NOTE, key, text) for key, text in found]


def try_parse(properties: Mapping[str, str], *, distributed: bool) -> worker.WorkerConfig | None:
    """Return the worker's config, None where properties do not make one."""
    try:
        return worker.WorkerConfig.parse(properties, distributed=distributed)
    except ConfigError:
        return None

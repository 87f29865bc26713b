"""A report as text, for people: sections, one line an item, the sum at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from weir_runtime.app.check.finding import (
    ClientFinding,
    ConnectorFinding,
    GroupFinding,
    KeyFinding,
    Level,
    Outcome,
    Remark,
    Report,
    TopicFinding,
)

_MARKS = {
    Level.OK: "ok",
    Level.NOTE: "note",
    Level.WARNING: "warning",
    Level.PROBLEM: "PROBLEM",
    Level.UNKNOWN: "UNKNOWN",
}
_ORDER = list(Outcome)


def render(report: Report) -> str:
    """Return the lines of a report."""
    sections = (
        ("Keys", _keys(report.keys)),
        ("Worker", map(_remark, report.worker)),
        ("Clients", _clients(report.clients)),
        ("Environment", map(_remark, report.environment)),
        ("Cluster", map(_remark, report.cluster)),
        ("Internal topics", map(_topic, report.topics)),
        ("Group", _group(report.group)),
        ("Offset file", map(_remark, report.offset_file)),
        ("Connectors", _connectors(report.connectors)),
    )
    lines = [f"{report.file}: {report.mode} worker ({report.why_mode})"]
    for title, found in sections:
        body = list(found)
        if body:
            lines += ["", title, *(f"  {line}" for line in body)]
    return "\n".join([*lines, "", report.summary, ""])


def _line(mark: str, text: str) -> str:
    return f"{mark:<10} {text}".rstrip()


def _remark(remark: Remark) -> str:
    return _line(_MARKS[remark.level], f"{remark.subject}: {remark.text}")


def _keys(keys: Iterable[KeyFinding]) -> Iterator[str]:
    for item in sorted(keys, key=lambda item: (_ORDER.index(item.outcome), item.key)):
        mark = item.outcome.upper() if item.outcome.is_problem else item.outcome.value
        if item.outcome.is_problem or item.outcome is Outcome.UNKNOWN:
            yield _line(mark, item.detail)
        else:
            detail = f" ({item.detail})" if item.detail else ""
            yield _line(mark, f"{item.key} = {item.value}{detail}")


def _clients(clients: Iterable[ClientFinding]) -> Iterator[str]:
    for client in clients:
        yield f"{client.name} ({client.library})"
        if client.error is not None:
            yield f"  {_line(_MARKS[Level.PROBLEM], client.error)}"
        yield from (f"  {key} = {value}" for key, value in client.settings.items())


def _topic(topic: TopicFinding) -> str:
    # the sentences that a worker refuses a topic with name it themselves
    subject = "" if topic.name in topic.text else f"{topic.store} {topic.name}: "
    return _line(_MARKS[topic.level], f"{subject}{topic.text}")


def _group(group: GroupFinding | None) -> Iterator[str]:
    if group is None:
        return
    yield _line(_MARKS[group.level], f"{group.name} {group.text}")
    for member in group.members:
        where = f", {member.url}" if member.url else ""
        yield f"{'':<10} {member.client_id} from {member.host}{where}"


def _connectors(connectors: Iterable[ConnectorFinding] | None) -> Iterator[str]:
    if connectors is None:
        yield _line(_MARKS[Level.UNKNOWN], "could not be looked at")
        return
    for item in connectors:
        if item.runs:
            yield _line(_MARKS[Level.OK], f"{item.name}: {_running(item)}")
        else:
            yield _line("WILL NOT", f"{item.name}: {item.reasons[0]}")
        yield from (f"{'':<10}   {reason}" for reason in item.reasons[1:])
        yield from (f"{'':<10}   note: {note}" for note in item.notes)


def _running(item: ConnectorFinding) -> str:
    alias = "" if item.plugin == item.class_name else f" (as {item.class_name})"
    parts = [f"{item.state}, {item.kind} {item.plugin} {item.version}{alias}"]
    if item.tasks is not None:
        parts.append("1 task" if item.tasks == 1 else f"{item.tasks} tasks")
    if item.offsets is not None:
        parts.append("1 offset" if item.offsets == 1 else f"{item.offsets} offsets")
    return ", ".join(parts)

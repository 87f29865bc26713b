"""`weirctl create` and `weirctl patch`: configs written, judged by the worker before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from weir_operator.cli.weirctl import table
from weir_operator.cli.weirctl.connector import verdict
from weir_operator.cli.weirctl.connector.act import AS_ASKED, ERROR, Result, Verb, act
from weir_operator.cli.weirctl.connector.file import Wanted
from weir_operator.cli.weirctl.mask import shown
from weir_operator.cli.weirctl.output import say, tell_error
from weir_operator.cli.weirctl.settings import Settings
from weir_operator.cli.weirctl.worker import opened
from weir_operator.client.detail import DetailConnect
from weir_operator.client.error import AlreadyExistsError, ConnectApiError
from weir_operator.client.port import StateName
from weir_operator.client.target import ClusterTarget
from weir_operator.client.view import ConnectorView, Validation
from weir_operator.observe.errors import OperatorError

_JUDGES = {
    "running": verdict.running,
    "paused": verdict.paused,
    "stopped": verdict.stopped,
}


async def create(
    settings: Settings,
    target: ClusterTarget,
    wanted: Sequence[Wanted],
    *,
    state: StateName | None,
    replace: bool,
    dry_run: bool,
    waits: bool,
) -> int:
    """Create connectors, all in a state of their own; with `replace` existing ones change."""
    if not await _are_valid(settings, target, wanted, tell=dry_run):
        return ERROR
    if dry_run:
        return AS_ASKED
    code = AS_ASKED
    for goal in ("running", "paused", "stopped"):
        chosen = [one for one in wanted if (state or one.state or "running") == goal]
        if chosen:
            verb = _verb({one.name: one for one in chosen}, goal, replace=replace)
            views = [ConnectorView(one.name, one.config) for one in chosen]
            code = max(code, await act(settings, target, verb, views, waits=waits))
    return code


def _verb(wanted: Mapping[str, Wanted], goal: StateName, *, replace: bool) -> Verb:
    async def call(api: DetailConnect, view: ConnectorView) -> None:
        config = wanted[view.name].config
        try:
            await api.create(view.name, config, goal)
        except AlreadyExistsError as problem:
            if not replace:
                text = f"{problem}; replace its config with --replace, or some keys: weirctl patch"
                raise AlreadyExistsError(text, status=problem.status) from problem
            await api.put_config(view.name, config)
            await api.set_state(view.name, goal)

    return Verb("create", "written" if replace else "created", call, _JUDGES[goal])


async def _are_valid(
    settings: Settings, target: ClusterTarget, wanted: Sequence[Wanted], *, tell: bool
) -> bool:
    """Let the worker judge all before one is written."""
    bad: list[str] = []
    async with opened(settings, target) as api:
        for one in wanted:
            problems = await _problems(api, one.config)
            bad += [f"{one.name}: {line}" for line in problems]
            if tell and not problems:
                say(table.clean(f"{one.name}: the config is valid; nothing was written"))
    tell_error("\n".join(table.clean(line) for line in bad))
    return not bad


async def _problems(api: DetailConnect, config: Mapping[str, str]) -> list[str]:
    kind = config.get("connector.class", "")
    if not kind:
        return ["connector.class is missing; see the classes with: weirctl plugins"]
    try:
        judged = await api.validate(kind, config)
    except ConnectApiError as problem:
        if kind not in {word for one in await api.plugins() for word in _words(one.plugin_class)}:
            return [f"this worker has no plugin {kind}; see what it has: weirctl plugins"]
        raise OperatorError(f"{kind} could not be checked: {problem}") from problem
    return lines_of(judged)


def _words(plugin: str) -> tuple[str, str, str]:
    short = plugin.rpartition(".")[2]
    return plugin, short, short.removesuffix("Connector")


def lines_of(judged: Validation) -> list[str]:
    """Give what the worker has against a config, a line for each error."""
    return [f"{one.key}: {text}" for one in judged.errors for text in one.errors]


async def patch(
    settings: Settings,
    target: ClusterTarget,
    views: Sequence[ConnectorView],
    change: Mapping[str, str | None],
    *,
    dry_run: bool,
    waits: bool,
) -> int:
    """Change some keys of each connector, if the worker finds all results valid."""
    bad: list[str] = []
    async with opened(settings, target) as api:
        for view in views:
            after = {k: v for k, v in {**view.config, **change}.items() if v is not None}
            judged = await api.validate(after.get("connector.class", ""), after)
            bad += [f"{view.name}: {line}" for line in lines_of(judged)]
            if not settings.is_data:
                for line in _changes(view, change, judged.password_keys):
                    say(table.clean(f"{view.name}: {line}"))
    if bad:
        tell_error("\n".join(table.clean(line) for line in bad))
        return ERROR
    if dry_run:
        say("nothing was written")
        return AS_ASKED

    async def call(api: DetailConnect, view: ConnectorView) -> None:
        await api.patch_config(view.name, change)

    verb = Verb("patch", "patched", call, _at_rest, lambda view: _needless(view, change))
    return await act(settings, target, verb, views, waits=waits)


def _at_rest(look: verdict.Look) -> verdict.Verdict | None:
    """Look for the state from before, with tasks of the new config."""
    status = look.status
    if status is not None and status.state == "STOPPED":
        return verdict.Verdict()
    return verdict.restarted(look)


def _needless(view: ConnectorView, change: Mapping[str, str | None]) -> Result | None:
    same = all(view.config.get(key) == value for key, value in change.items())
    return Result(view.name, "unchanged", "it has these values already") if same else None


def _changes(
    view: ConnectorView, change: Mapping[str, str | None], passwords: frozenset[str]
) -> list[str]:
    lines = []
    for key, after in change.items():
        before = view.config.get(key)
        if before != after:
            told = [_plain(shown(key, value, passwords)) for value in (before, after)]
            lines.append(f"{key}: {told[0]} -> {told[1]}")
    return lines


def _plain(value: str | None) -> str:
    return "(none)" if value is None else value

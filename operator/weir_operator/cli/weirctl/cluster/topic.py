"""`weirctl topics`: which topics connectors have used."""

from __future__ import annotations

from weir_operator.cli.weirctl import document, table
from weir_operator.cli.weirctl.connector.select import Selection, pick
from weir_operator.cli.weirctl.output import say
from weir_operator.cli.weirctl.settings import Settings
from weir_operator.cli.weirctl.worker import opened, patiently
from weir_operator.client.target import ClusterTarget


async def topics(
    settings: Settings, target: ClusterTarget, names: tuple[str, ...], *, reset: bool
) -> int:
    """Show the topics of connectors, and forget them if that is asked for."""
    found: dict[str, list[str]] = {}
    async with opened(settings, target) as api:
        # a worker answers for connectors that it does not know, too
        for view in await pick(api, Selection(names)):
            found[view.name] = list(await api.topics(view.name))
            if reset:
                name = view.name
                await patiently(lambda name=name: api.reset_topics(name), settings.timeout)  # type: ignore[misc]
    if settings.is_data:
        say(document.dump(found, settings.output))
        return 0
    for name, topics_of in found.items():
        for topic in topics_of:
            say(table.clean(f"{name}: {topic}"))
        if not topics_of:
            say(table.clean(f"{name}: no topics yet"))
        elif reset:
            say(table.clean(f"{name}: forgotten"))
    return 0

"""`weirctl offsets get`: where connectors are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from weir_operator.cli.weirctl import document, table
from weir_operator.cli.weirctl.connector.select import Selection, pick
from weir_operator.cli.weirctl.output import say
from weir_operator.cli.weirctl.settings import Settings
from weir_operator.cli.weirctl.worker import opened
from weir_operator.client.target import ClusterTarget
from weir_operator.client.view import OffsetView

_SINK = ("kafka_topic", "kafka_partition")


async def get(settings: Settings, target: ClusterTarget, names: tuple[str, ...]) -> int:
    """Show the offsets of connectors."""
    async with opened(settings, target) as api:
        views = await pick(api, Selection(names))
        found = {view.name: await api.offsets(view.name) for view in views}
    if settings.is_data:
        bodies = [body(offsets) for offsets in found.values()]
        shown: Any = dict(zip(found, bodies, strict=True)) if len(bodies) != 1 else bodies[0]
        say(document.dump(shown, settings.output))
    else:
        say("\n\n".join(text(name, offsets) for name, offsets in found.items()))
    return 0


def body(offsets: Sequence[OffsetView]) -> dict[str, Any]:
    """Give offsets as Connect gives and takes them."""
    return {"offsets": [{"partition": o.partition, "offset": o.offset} for o in offsets]}


def text(name: str, offsets: Sequence[OffsetView]) -> str:
    """Lay out the offsets of one connector: a column for each key."""
    if not offsets:
        return f"{table.clean(name)} has no offsets"
    places = _keys([one.partition for one in offsets])
    marks = _keys([one.offset or {} for one in offsets])
    if set(places) == set(_SINK):
        places = list(_SINK)
    header = ("CONNECTOR", *(key.removeprefix("kafka_").upper() for key in (*places, *marks)))
    rows = [
        (
            name,
            *(_cell(one.partition.get(key)) for key in places),
            *(_cell((one.offset or {}).get(key)) for key in marks),
        )
        for one in sorted(
            offsets, key=lambda one: [str(one.partition.get(k)).zfill(9) for k in places]
        )
    ]
    return table.render(header, rows)


def _keys(maps: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(key for one in maps for key in one))


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else document.line(value)

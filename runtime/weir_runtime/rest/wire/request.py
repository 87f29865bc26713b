"""Bodies of requests: numbers and booleans are taken for strings, as Connect does."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import UNSET, Meta, Struct, UnsetType

from weir_runtime.observe.level import LEVELS

_NAME: Final = (
    r"^[\x00-\x20]*[^\x00-\x20\x7f-\x9f]([^\x00-\x1f\x7f-\x9f]*[^\x00-\x20\x7f-\x9f])?[\x00-\x20]*$"
)
_WITH_CLASS: Final = {
    "required": ["connector.class"],
    "properties": {
        "connector.class": {
            "type": "string",
            "minLength": 1,
            "description": "Class or alias of a connector plugin.",
        }
    },
}
_LONG: Final = 1 << 63

Scalar = str | float | bool
Name = Annotated[
    str, Meta(description="Blanks around it are taken away.", pattern=_NAME, examples=["orders"])
]
State = Annotated[
    str | None,
    Meta(
        description="In any case; RUNNING if it is left out.",
        extra_json_schema={"enum": ["RUNNING", "PAUSED", "STOPPED", None]},
    ),
]
Config = Annotated[
    dict[str, Scalar],
    Meta(
        description="Keys and values. `name` may be left out; if it is there it must be that of"
        " the connector.",
        extra_json_schema=_WITH_CLASS,
    ),
]
Patch = Annotated[dict[str, Scalar | None], Meta(description="Keys to set; null takes a key away.")]
Draft = Annotated[
    dict[str, Scalar | None],
    Meta(
        description="A config, which need not be complete; its class is the one in the path.",
        extra_json_schema=_WITH_CLASS,
    ),
]
Number = Annotated[float, Meta(ge=-_LONG, lt=_LONG)]
Fields = dict[str, str | bool | Number | None]


class CreateConnectorRequest(Struct, forbid_unknown_fields=True):
    """A connector that is to be."""

    name: Name | float | bool
    config: Config
    initial_state: State | UnsetType = UNSET


class PartitionOffset(Struct, forbid_unknown_fields=True):
    """An offset that is to be; null, or none, forgets the partition.

    For a sink the partition has the fields `kafka_topic` and `kafka_partition`, the offset the
    field `kafka_offset`; for a source the connector itself says what they are.
    """

    partition: Fields
    offset: Fields | UnsetType | None = UNSET


class AlterOffsetsRequest(Struct, forbid_unknown_fields=True):
    """Offsets that are to be set."""

    offsets: Annotated[list[PartitionOffset], Meta(min_length=1)]


class LevelRequest(Struct):
    """A level that is to be set; case does not matter."""

    level: Annotated[str, Meta(extra_json_schema={"enum": list(LEVELS)})]

"""What every model of a resource shares."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Part(BaseModel):
    """A part of a resource: camelCase on the wire, immutable in memory.

    Unknown fields are left out, as the API server does; who reads files passes
    ``extra="forbid"`` to ``model_validate``.
    """

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        frozen=True,
        extra="ignore",
        use_attribute_docstrings=True,
    )

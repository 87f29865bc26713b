"""The one schema of the items of a literal's array or map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from weir_runtime.api.schema import Schema, Type

_WHOLE = (Type.INT8, Type.INT16, Type.INT32, Type.INT64)
_EXACT_IN_FLOAT = (Type.INT8, Type.INT16)
_NUMBERS = (*_WHOLE, Type.FLOAT32, Type.FLOAT64)


def common(schemas: Sequence[Schema | None]) -> Schema | None:
    """Return the schema that all items fit, None where there is none; None items are nulls.

    Numbers widen; of other types all must be the same.
    """
    present = [schema for schema in schemas if schema is not None]
    if not present:
        return None
    found = _same(present) or _widest(present)
    if found is not None and len(present) < len(schemas):
        return replace(found, optional=True)
    return found


def _same(schemas: Sequence[Schema]) -> Schema | None:
    return schemas[0] if all(schema == schemas[0] for schema in schemas) else None


def _widest(schemas: Sequence[Schema]) -> Schema | None:
    kinds = {schema.type for schema in schemas}
    if any(schema.name for schema in schemas) or not kinds.issubset(_NUMBERS):
        return None
    widest = max(kinds, key=_NUMBERS.index)
    if widest is Type.FLOAT32 and not kinds.issubset({*_EXACT_IN_FLOAT, Type.FLOAT32}):
        widest = Type.FLOAT64
    return Schema(widest)

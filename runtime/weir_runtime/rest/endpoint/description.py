"""The API's own description.

Source: OpenAPI 3.1.
"""

from __future__ import annotations

import hashlib
from typing import Final

from weir_runtime.rest import view
from weir_runtime.rest.call import Call, Reply
from weir_runtime.rest.operation import Success, Tag, operation

_TAG: Final = "Changes when the document does."


@operation(
    "getDescription",
    Tag.WORKER,
    {
        200: Success("The document.", dict, headers={"ETag": _TAG}),
        304: Success("`If-None-Match` holds the document's ETag.", headers={"ETag": _TAG}),
    },
)
async def show(call: Call) -> Reply:
    """Show this document."""
    document = call.describe()
    tag = f'"{hashlib.sha256(document).hexdigest()[:16]}"'
    known = call.headers.get("If-None-Match", "")
    if tag in known or known.strip() == "*":
        return Reply(304, headers={"ETag": tag})
    return Reply(body=view.encoded(document), headers={"ETag": tag})

"""`weirctl`: connectors from files and from the keyboard, without Kubernetes.

Exit codes: 0 as asked, 1 something differs, 2 an error, 130 interrupted, 141 nobody reads on.

`catalog` lists the commands; the module of one is imported when it is called, and what it works
with (aiohttp, pydantic, the controller) only once it runs, so that help and completion are quick.
`command` and `option` are the shape that all commands share, `program` runs one.
"""

from weir_operator.cli.weirctl.program import main

__all__ = ["main"]

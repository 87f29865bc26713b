"""Every command of weirctl: where it stands in the help, and which module has it."""

from __future__ import annotations

from dataclasses import dataclass

FOLDERS, CONNECTORS, OFFSETS = "Folders", "Connectors", "Offsets"
CLUSTER, SETUP = "Cluster", "Setup"
SECTIONS = (FOLDERS, CONNECTORS, OFFSETS, CLUSTER, SETUP)

_PACKAGE = "weir_operator.cli.weirctl"


@dataclass(frozen=True, slots=True)
class Entry:
    """A command: `module` holds it in the attribute of its name."""

    name: str
    section: str
    module: str
    text: str


_IN = {
    "folder": f"{_PACKAGE}.folder.command",
    "connector": f"{_PACKAGE}.connector.command",
}

COMMANDS = (
    Entry("diff", FOLDERS, _IN["folder"], "show what apply would change, and change nothing"),
    Entry("apply", FOLDERS, _IN["folder"], "make Connect as the files say, and wait until it is"),
    Entry("status", FOLDERS, _IN["folder"], "show how the connectors of the files are"),
    Entry(
        "watch", FOLDERS, _IN["folder"], "apply, and go on as the files or the connectors change"
    ),
    Entry("restart", CONNECTORS, _IN["connector"], "restart a connector with its tasks"),
)

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
    "look": f"{_PACKAGE}.connector.look",
    "config": f"{_PACKAGE}.connector.config",
    "cluster": f"{_PACKAGE}.cluster.command",
    "context": f"{_PACKAGE}.setup.context",
    "completion": f"{_PACKAGE}.setup.shell",
    "offset": f"{_PACKAGE}.offset.command",
}

COMMANDS = (
    Entry("export", FOLDERS, _IN["folder"], "write what runs, in Java's Connect too, into files"),
    Entry("validate", FOLDERS, _IN["folder"], "say what is wrong with the files, by file and line"),
    Entry("diff", FOLDERS, _IN["folder"], "show what apply would change, and change nothing"),
    Entry("apply", FOLDERS, _IN["folder"], "make Connect as the files say, and wait until it is"),
    Entry("status", FOLDERS, _IN["folder"], "show how the connectors of the files are"),
    Entry(
        "watch", FOLDERS, _IN["folder"], "apply, and go on as the files or the connectors change"
    ),
    Entry("get", CONNECTORS, _IN["look"], "show connectors, tasks and more in a table"),
    Entry("describe", CONNECTORS, _IN["look"], "show everything about a connector"),
    Entry("create", CONNECTORS, _IN["config"], "create connectors out of JSON, YAML, properties"),
    Entry("patch", CONNECTORS, _IN["config"], "change keys of connectors' configs"),
    Entry("pause", CONNECTORS, _IN["connector"], "pause connectors"),
    Entry("resume", CONNECTORS, _IN["connector"], "let connectors go on"),
    Entry("stop", CONNECTORS, _IN["connector"], "stop connectors, and keep them"),
    Entry(
        "restart", CONNECTORS, _IN["connector"], "restart connectors, their tasks or what failed"
    ),
    Entry("delete", CONNECTORS, _IN["connector"], "delete connectors"),
    Entry("offsets", OFFSETS, _IN["offset"], "show, set and reset where connectors are"),
    Entry("info", CLUSTER, _IN["cluster"], "show what the worker is and how it is"),
    Entry("health", CLUSTER, _IN["cluster"], "say whether the worker is ready; wait until it is"),
    Entry("plugins", CLUSTER, _IN["cluster"], "show what the worker can run, and its config keys"),
    Entry("topics", CLUSTER, _IN["cluster"], "show which topics a connector has used"),
    Entry("logs", CLUSTER, _IN["cluster"], "show and set levels of loggers"),
    Entry("context", SETUP, _IN["context"], "keep workers and how to be let in, in a file"),
    Entry("completion", SETUP, _IN["completion"], "complete commands and names in a shell"),
    Entry("help", SETUP, _IN["completion"], "show the help of a command"),
)

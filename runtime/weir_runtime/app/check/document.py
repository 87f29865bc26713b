"""A report as JSON, for machines."""

from __future__ import annotations

import dataclasses
import json

from weir_runtime.app.check.finding import Report

VERSION = 1
"""Of the document's shape; fields may be added to it."""


def render(report: Report) -> str:
    """Return one JSON object with the fields of the report, and what they amount to."""
    found = dataclasses.asdict(report)
    for item, connector in zip(found["connectors"] or (), report.connectors or (), strict=True):
        item["runs"] = connector.runs
    document = {
        "version": VERSION,
        "summary": report.summary,
        "exit_code": report.exit_code,
        "worker_starts": report.starts,
        **found,
    }
    return f"{json.dumps(document, indent=2, ensure_ascii=False)}\n"

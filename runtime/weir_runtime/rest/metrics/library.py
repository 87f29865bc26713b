"""The one importer of prometheus_client: negotiation of formats, figures of this process."""

from __future__ import annotations

from dataclasses import dataclass

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector, exposition


@dataclass(frozen=True, slots=True)
class Format:
    """What a scraper is answered with.

    Attributes:
        content_type: whole, with its parameters.
    """

    content_type: str
    open_metrics: bool
    gzip: bool


def negotiated(accept: str, accept_encoding: str) -> Format:
    """Return the format for a request's headers; text where nothing better is asked for."""
    _, content_type = exposition.choose_encoder(accept)
    return Format(
        content_type,
        content_type.startswith("application/openmetrics-text"),
        exposition.gzip_accepted(accept_encoding),
    )


class ProcessText:
    """Figures of this process: `process_*` and `python_info`."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)

    def render(self, accept: str) -> bytes:
        """Return the text in the format that is negotiated, with OpenMetrics' end."""
        encoder, _ = exposition.choose_encoder(accept)
        return encoder(self._registry)

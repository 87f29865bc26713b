"""What each kind of Kafka client would be made with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from weir_runtime.api.errors import ConfigError
from weir_runtime.app.check import mask
from weir_runtime.app.check.finding import ClientFinding
from weir_runtime.config.clients import layer, librdkafka
from weir_runtime.config.clients.table import Kind
from weir_runtime.kafka.control.settings import ClientSettings

LIBRDKAFKA = "librdkafka"
AIOKAFKA = "aiokafka"
CHECKED = "librdkafka, checked only: the worker's own client makes the admin calls"

_EXAMPLE = "CONNECTOR"


def examine(properties: Mapping[str, str], client_id: str) -> tuple[ClientFinding, ...]:
    """Return the settings of the worker's own clients and of its connectors' clients."""
    producer = layer.producer_config(properties, _EXAMPLE, 0, {})
    consumer = layer.consumer_config(properties, _EXAMPLE, 0, {})
    admin = layer.admin_config(properties, _EXAMPLE, 0, {})
    return (
        _made("worker", AIOKAFKA, lambda: _worker({**properties, "client.id": client_id})),
        _made("producer", LIBRDKAFKA, _translation(Kind.PRODUCER, producer)),
        _made("consumer", LIBRDKAFKA, _translation(Kind.CONSUMER, consumer)),
        _made("admin", CHECKED, _translation(Kind.ADMIN, admin)),
    )


def _made(
    name: str, library: str, make: Callable[[], Iterable[tuple[str, object]]]
) -> ClientFinding:
    try:
        settings = {key: _text(key, value) for key, value in make()}
    except ConfigError as error:
        return ClientFinding(name, library, {}, str(error))
    return ClientFinding(name, library, dict(sorted(settings.items())))


def _worker(properties: Mapping[str, str]) -> Iterable[tuple[str, object]]:
    made = ClientSettings.from_config(properties).keywords()
    return [(key, value) for key, value in made.items() if value is not None]


def _translation(
    kind: Kind, config: Mapping[str, str]
) -> Callable[[], Iterable[tuple[str, object]]]:
    def make() -> Iterable[tuple[str, object]]:
        return librdkafka.translate(kind, config).settings.items()

    return make


def _text(key: str, value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return mask.shown(key, ",".join(map(str, value)))
    if isinstance(value, str | int | float):
        return mask.shown(key, value)
    return "as the ssl.* keys say" if "ssl" in key else f"({type(value).__name__})"

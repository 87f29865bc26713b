"""Keys of workers and connectors: those that are honoured, refused, or change nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from reference.markdown import code, default, key_table, rows
from weir_runtime.api.config import Config, config_keys
from weir_runtime.config import support
from weir_runtime.config.connector import definition, validation
from weir_runtime.config.support import Level
from weir_runtime.config.worker.extension import ExtensionConfig


def worker_keys(models: Iterable[type[Config]]) -> str:
    """Return the keys of a worker that have a field, as long as they are not refused anyway."""
    keys = [key for model in models for key in config_keys(model)]
    return key_table(key for key in keys if _is_honoured(key.name))


def _is_honoured(key: str) -> bool:
    found = support.worker_support(key)
    return found is None or found.level in {Level.HONOURED, Level.GROUP}


def extension_keys() -> str:
    """Return our own keys; one that is refused says so."""
    refused = " ".join(ExtensionConfig(compat_strict=True).conflicts())
    lines = []
    for key in config_keys(ExtensionConfig):
        note = " Refused in this release." if key.name in refused else ""
        lines.append((code(key.name), default(key), key.documentation + note))
    return rows(("Key", "Default", "Meaning"), lines)


PROBES = (
    "",
    "none",
    "0",
    "false",
    "disabled",
    "http://127.0.0.1:8083",
    "org.apache.kafka.common.metrics.JmxReporter",
    "all",
    "1",
    "VALUE",
)
"""Values that keys are tried with, those that ask for nothing first."""


def _refusals(
    keys: Iterable[str], refusal: Callable[[str, str], str | None]
) -> Iterator[tuple[str, str, str]]:
    for key in keys:
        said = {probe: refusal(key, probe) for probe in PROBES}
        if not any(said.values()):
            continue
        taken = [probe for probe in PROBES if probe and said[probe] is None]
        if said["VALUE"] is None:
            (value,) = (probe for probe in PROBES if said[probe] is not None)
            when = f"is `{value}`"
        elif taken:
            value, when = "VALUE", f"is not `{taken[0]}`"
        else:
            value, when = "VALUE", "is set"
        yield code(key), when, code(str(said[value]))


def refused_worker_keys() -> str:
    """Return the worker keys that are refused, with what is said."""
    found = list(_refusals(support.WORKER, support.worker_refusal))
    strict = ExtensionConfig(compat_strict=True).conflicts()
    found += [("`compat.strict`", "is `true`", code(sentence)) for sentence in strict]
    return rows(("Key", "Refused when it", "What is said"), found)


def refused_connector_keys() -> str:
    """Return the connector keys that are refused, with what is said."""
    found = list(_refusals(support.CONNECTOR, support.connector_refusal))
    found += _validated({"exactly.once.support": "required", "transaction.boundary": "connector"})
    value = "${file:/run/secret:password}"
    sentence = support.connector_refusal("any.key", value)
    found.append(("any key", "holds `${provider:...}`", code(str(sentence))))
    return rows(("Key", "Refused when it", "What is said"), found)


def _validated(config: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield what a validation says of keys that Connect itself refuses in some configs."""
    infos = validation.validate(validation.Request(config, "source"))
    for item in infos.configs:
        for error in item.value.errors if item.value.name in config else ():
            yield code(item.value.name), f"is `{config[item.value.name]}`", code(error)


def harmless_keys() -> str:
    """Return the keys that are taken and change nothing."""
    kinds = (("worker", support.WORKER), ("connector", support.CONNECTOR))
    found = [
        (kind, ", ".join(code(key) for key in keys if keys[key].level is Level.HARMLESS))
        for kind, keys in kinds
    ]
    return rows(("Of a", "Keys"), found)


def framework_keys() -> str:
    """Return the keys that every connector has, as long as they are not refused."""
    lines: dict[str, tuple[str, str, str, str]] = {}
    for kind in ("source", "sink"):
        for key in definition.framework_keys(kind):
            known = support.connector_support(key.name)
            if known is None or known.level is not Level.HONOURED:
                continue
            of = kind if key.name not in lines else "both"
            lines[key.name] = (code(key.name), of, default(key), key.documentation)
    return rows(("Key", "Of", "Default", "Meaning"), lines.values())

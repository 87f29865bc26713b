"""Imports the objects that plugin references name; only the registry of the parent makes those."""

from __future__ import annotations

import importlib
import sys
from typing import Any, TypeVar

from weir_runtime.api.connector import Connector
from weir_runtime.api.converter import Converter, HeaderConverter
from weir_runtime.api.errors import ConnectError
from weir_runtime.worker.protocol import Configured, PluginRef

T = TypeVar("T")


def load(plugin: PluginRef, base: type[T]) -> type[T]:
    """Return the class that `plugin` names.

    Raises:
        ConnectError: it cannot be imported, or is no `base`; the cause tells why.
    """
    for path in plugin.paths:
        if path not in sys.path:
            sys.path.append(path)
    module, _, attribute = plugin.target.partition(":")
    try:
        found: Any = importlib.import_module(module)
        for part in attribute.split("."):
            found = getattr(found, part)
    except Exception as error:
        raise ConnectError(f"Plugin class {plugin.class_name} could not be loaded") from error
    if not (isinstance(found, type) and issubclass(found, base)):
        raise ConnectError(f"Plugin class {plugin.class_name} is not a {base.__name__}")
    return found


def connector_class(plugin: PluginRef) -> type[Connector[Any]]:
    """Return a connector's class."""
    return load(plugin, Connector)


def converter(configured: Configured, *, is_key: bool) -> Converter:
    """Return a configured converter."""
    made = load(configured.plugin, Converter)()
    made.configure(configured.config, is_key=is_key)
    return made


def header_converter(configured: Configured) -> HeaderConverter:
    """Return a configured header converter; some converters are both."""
    made: Any = load(configured.plugin, object)()
    if not hasattr(made, "from_connect_header"):
        raise ConnectError(f"Plugin class {configured.plugin.class_name} is no header converter")
    made.configure(configured.config, is_key=False)
    checked: HeaderConverter = made
    return checked

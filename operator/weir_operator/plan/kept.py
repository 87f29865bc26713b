"""Keys whose value stays as Connect has it: the resource does not hold them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from weir_operator.client.view import ConnectorView
from weir_operator.plan.model import Desired


def laid_over(desired: Desired, view: ConnectorView | None) -> Desired:
    """Give the desire with the values that Connect has of the keys that it keeps."""
    if not desired.keep or view is None:
        return desired
    kept = {key: view.config[key] for key in desired.keep if key in view.config}
    return replace(desired, config={**kept, **desired.config})


def own(config: Mapping[str, str], keep: frozenset[str]) -> Mapping[str, str]:
    """Give the part of a config that its resource holds."""
    return {key: value for key, value in config.items() if key not in keep} if keep else config


def lack(desired: Desired, view: ConnectorView | None) -> str:
    """Say what keeps a connector from being created; empty where nothing does."""
    if not desired.keep or view is not None:
        return ""
    keys = ", ".join(sorted(desired.keep))
    return (
        f"{keys}: spec.keepKeys keeps what Connect has, and there is no connector"
        f" {desired.connector} yet; write the value, or a reference such as"
        " ${secrets:...}, into spec.config and take the key out of keepKeys"
    )

"""YAML text that every reader takes for the same words: Kubernetes', YAML 1.1's and 1.2's."""

from __future__ import annotations

import re
from typing import Any

import yaml
from yaml.nodes import ScalarNode

from weir_operator.sources.scalar import Loader

_UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\xa0\xad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000"
    "\ud800-\udfff\ufeff\ufff9-\uffff]"
)
_INDENT = 2


class Dumper(yaml.SafeDumper):
    """PyYAML's safe dumper; a text that any reader could take for something else is quoted."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - as PyYAML has it
        first: [
            *yaml.SafeDumper.yaml_implicit_resolvers.get(first, []),
            *Loader.yaml_implicit_resolvers.get(first, []),
        ]
        for first in {*yaml.SafeDumper.yaml_implicit_resolvers, *Loader.yaml_implicit_resolvers}
    }

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent the entries of a list below its key."""
        del indentless
        super().increase_indent(flow, False)


def dump(data: Any) -> str:
    """Give a document's text; keys in their order, lines as long as they need to be."""
    return yaml.dump(
        data,
        Dumper=Dumper,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=False,
        indent=_INDENT,
        width=float("inf"),
    )


def _text(dumper: yaml.SafeDumper, text: str) -> ScalarNode:
    style = None
    if _UNSEEN.search(text):
        style = '"'
    elif "\n" in text:
        style = "|" if _fits_block(text) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _fits_block(text: str) -> bool:
    """Tell whether a text may stand as lines: none begins the block, or ends, with a blank."""
    lines = text.removesuffix("\n").split("\n")
    blank = any(line.endswith(" ") for line in lines)
    return not blank and all(lines[:1] + lines[-1:]) and not text.startswith(" ")


Dumper.add_representer(str, _text)

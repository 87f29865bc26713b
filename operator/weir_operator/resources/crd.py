"""The definition of KafkaConnector, generated from its models.

``python -m weir_operator.resources.crd`` prints it.
"""

import sys
from typing import Any

import yaml

from weir_operator.resources import connector, schema
from weir_operator.resources.spec import RESERVED_KEYS, ConnectorSpec
from weir_operator.resources.status import KafkaConnectorStatus

NAME = f"{connector.PLURAL}.{connector.GROUP}"

_HEADER = """\
# Generated from the models in operator/weir_operator/resources by `make crds`. Do not edit.
"""
_DESCRIPTION = "A connector of a Kafka Connect cluster."


def definition() -> schema.Schema:
    """Give the CustomResourceDefinition."""
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": NAME},
        "spec": {
            "group": connector.GROUP,
            "scope": "Namespaced",
            "names": {
                "kind": connector.KIND,
                "listKind": f"{connector.KIND}List",
                "plural": connector.PLURAL,
                "singular": connector.KIND.lower(),
                "shortNames": ["kctr"],
                "categories": ["weir"],
            },
            "versions": [
                {
                    "name": connector.VERSION,
                    "served": True,
                    "storage": True,
                    "subresources": {"status": {}},
                    "additionalPrinterColumns": _columns(),
                    "schema": {"openAPIV3Schema": _root()},
                }
            ],
        },
    }


def dump() -> str:
    """Give the definition as the text of its file."""
    body = yaml.safe_dump(definition(), sort_keys=False, width=100, allow_unicode=True)
    return _HEADER + body


def _root() -> schema.Schema:
    return {
        "type": "object",
        "description": _DESCRIPTION,
        "required": ["spec"],
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"type": "object"},
            "spec": _spec(),
            "status": schema.structural(KafkaConnectorStatus),
        },
    }


def _spec() -> schema.Schema:
    spec = schema.structural(ConnectorSpec)
    spec["x-kubernetes-validations"] = [
        _rule(
            "!(has(self.external) && has(self.connectRef))",
            "give either external or connectRef, not both",
        ),
        _rule(
            "(has(self.name) ? self.name : '') == (has(oldSelf.name) ? oldSelf.name : '')",
            "name cannot be changed: make another KafkaConnector, then delete this one",
        ),
    ]
    external = spec["properties"]["external"]
    external["x-kubernetes-validations"] = [
        _rule(
            "!has(self.tls) || self.url.startsWith('https://')",
            "tls is given, and url does not begin with https://",
        ),
        _rule(
            "!self.url.contains('@')",
            "url holds credentials: put them into a Secret and refer to it in auth.basic",
        ),
    ]
    spec["properties"]["config"] = _config(spec["properties"]["config"]["description"])
    return spec


def _config(description: str) -> schema.Schema:
    # A map of strings, numbers and booleans has no structural schema. Naming the reserved
    # keys is what lets the rules look at them at all.
    return {
        "type": "object",
        "description": description,
        "maxProperties": 1024,
        "properties": {key: {"x-kubernetes-int-or-string": True} for key in RESERVED_KEYS},
        "x-kubernetes-preserve-unknown-fields": True,
        "x-kubernetes-validations": [
            _rule(
                f"!has(self.{_escaped(key)})",
                f"config holds the reserved key {key}: write spec.{field} instead",
            )
            for key, field in RESERVED_KEYS.items()
        ],
    }


def _escaped(key: str) -> str:
    return key.replace(".", "__dot__")


def _rule(rule: str, message: str) -> dict[str, str]:
    return {"rule": rule, "message": message}


def _columns() -> list[dict[str, Any]]:
    ready = '.status.conditions[?(@.type=="Ready")]'
    return [
        _column("State", ".status.connector.state", "State in Connect"),
        _column("Tasks", ".status.tasksSummary", "Running tasks of all tasks"),
        _column("Ready", f"{ready}.status", "Whether it is as wanted"),
        _column("Reason", f"{ready}.reason", "Why it is, or is not, ready"),
        {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
        _column("Class", ".spec.class", "Class of the connector", wide=True),
        _column("Cluster", ".status.placement.url", "Address of Connect", wide=True),
        _column("Worker", ".status.connector.workerId", "Worker of the connector", wide=True),
        _column("Message", f"{ready}.message", "The reason in a sentence", wide=True),
    ]


def _column(name: str, path: str, description: str, *, wide: bool = False) -> dict[str, Any]:
    column = {"name": name, "type": "string", "description": description, "jsonPath": path}
    return column | ({"priority": 1} if wide else {})


if __name__ == "__main__":
    sys.stdout.write(dump())

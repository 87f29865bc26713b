"""Kafka Connect workers in Python.

A worker speaks Connect's REST API, reads Connect's connector and worker configs, keeps its
state in Connect's internal topics and joins Connect's group, so that a Java group can be taken
over. Layers are listed in the workspace's `pyproject.toml`; higher imports lower, never back.
"""

__version__ = "0.1.0"

KAFKA_VERSION = "4.3.1"
"""The Apache Kafka Connect release whose contract the worker keeps; clients gate features on it."""

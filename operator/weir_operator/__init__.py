"""Kafka Connect's connectors as Kubernetes resources and as files in Git.

One controller drives any Connect worker over its REST API: the desired state comes from custom
resources or from a folder, every trigger leads to the same "look, plan, act".
"""

__version__ = "0.1.0"

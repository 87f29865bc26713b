"""kube: see the module list in CONTRIBUTING."""

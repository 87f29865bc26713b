"""resources: see the module list in CONTRIBUTING."""

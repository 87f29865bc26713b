"""group: see the module list in CONTRIBUTING."""

"""sources: see the module list in CONTRIBUTING."""

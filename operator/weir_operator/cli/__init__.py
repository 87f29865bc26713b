"""cli: see the module list in CONTRIBUTING."""

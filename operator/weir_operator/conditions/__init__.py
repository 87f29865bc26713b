"""conditions: see the module list in CONTRIBUTING."""

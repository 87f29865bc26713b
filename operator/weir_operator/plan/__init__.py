"""plan: see the module list in CONTRIBUTING."""

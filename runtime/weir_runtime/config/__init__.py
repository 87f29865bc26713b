"""config: see the module list in CONTRIBUTING."""

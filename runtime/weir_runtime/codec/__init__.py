"""codec: see the module list in CONTRIBUTING."""

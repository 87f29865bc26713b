"""observe: see the module list in CONTRIBUTING."""

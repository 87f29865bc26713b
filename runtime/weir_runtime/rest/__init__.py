"""rest: see the module list in CONTRIBUTING."""

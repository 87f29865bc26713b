"""controller: see the module list in CONTRIBUTING."""

"""connectors: see the module list in CONTRIBUTING."""

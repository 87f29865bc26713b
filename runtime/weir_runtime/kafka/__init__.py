"""kafka: see the module list in CONTRIBUTING."""

"""kafka.data: see the module list in CONTRIBUTING."""

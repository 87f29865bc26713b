"""client: see the module list in CONTRIBUTING."""

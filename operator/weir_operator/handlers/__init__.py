"""handlers: see the module list in CONTRIBUTING."""

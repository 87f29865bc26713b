"""converters: see the module list in CONTRIBUTING."""

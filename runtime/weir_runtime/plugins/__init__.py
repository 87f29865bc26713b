"""plugins: see the module list in CONTRIBUTING."""

"""kafka.control: see the module list in CONTRIBUTING."""

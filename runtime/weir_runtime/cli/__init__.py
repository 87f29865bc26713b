"""cli: the `weir-worker` program: arguments, exit codes, nothing else."""

"""What makes weirctl fit a person's machine: contexts and completion."""

"""What a person sets, read once by the command line and passed down as values."""

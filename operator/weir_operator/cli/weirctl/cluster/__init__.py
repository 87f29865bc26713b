"""What concerns a worker as a whole: its health, its plugins, its loggers."""

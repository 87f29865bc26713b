"""The verbs for single connectors: look at them, and make them run, pause, stop or go."""

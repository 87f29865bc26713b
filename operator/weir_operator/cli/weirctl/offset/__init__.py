"""Where connectors are, and how they get to another place."""

"""The endpoints, by resource: each asks the herder one thing and shows the answer."""

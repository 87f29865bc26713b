"""The three stores: configs, statuses, offsets.

Each has a Kafka form (Java's topics, byte for byte) and an in-memory or file twin; all pass one
test suite. `ports` holds the protocols that herder and worker are written against.
"""

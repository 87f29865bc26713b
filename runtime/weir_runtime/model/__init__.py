"""Nouns of the runtime: ids, states, what the config topic says, what REST shows.

Plain values without I/O; imported by everything above.
"""

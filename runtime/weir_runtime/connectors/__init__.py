"""Connectors that come with the runtime: files, generated rows, and a sink for nothing.

Each module is one connector and imports `api`, `codec` and its own libraries only, as those of
other distributions do.
"""

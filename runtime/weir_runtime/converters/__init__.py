"""Converters that come with the runtime, under Apache's class names.

Each works a column at a time and imports `api`, `codec` and its own libraries only.
"""

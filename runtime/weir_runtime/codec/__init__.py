"""Byte forms that have to equal Java's: JSON text, number text, murmur2.

Pure functions without I/O; a converter, a store and a producer all take them from here.
"""

"""Plugins that are installed: found by entry points and in the folders of `plugin.path`.

The entry point's group gives a plugin's type, its distribution the version, so nothing is
imported here; an executor does that. Names are Java class names for Apache's plugins, and
whatever the author chose for others.
"""

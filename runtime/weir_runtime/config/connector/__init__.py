"""A connector's keys: the framework's definitions, validation, topic creation, versions.

Pure functions over configs of strings; what needs the connector's own code is handed in.
"""

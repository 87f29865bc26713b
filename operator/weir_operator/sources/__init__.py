"""Where desires come from: custom resources and folders.

Each source implements the controller's port and knows nothing of how a desire
is acted on. Only the source of custom resources reaches for an API server.
"""

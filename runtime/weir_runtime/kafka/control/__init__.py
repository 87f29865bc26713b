"""The control client: internal topics, group calls and admin calls on the worker's event loop.

The only importer of aiokafka, pinned to one minor version: the request classes and the client's
connection layer are not its public interface. Everything leaves here as a value of
`kafka.ports` or as a `ConnectError`.
"""

"""Runs connectors and tasks in executors: fresh interpreters behind a socket pair.

Parent side: `pool` and what stands around it. Child side: `executor` and what it imports, which
is neither aiohttp nor aiokafka. Between them only the messages of `protocol`.
"""

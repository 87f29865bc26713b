"""Kafka Connect's REST API as an asyncio client.

One client speaks to one Connect cluster with one set of credentials. It never retries, never
follows a redirect, bounds every call in time and size, and maps every bad answer to one error
once, here. Everything above sees values (`target`, `view`) and the protocol in `port`.
"""

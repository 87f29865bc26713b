"""The Kubernetes API, seen through the official client's asyncio half.

Nothing outside this package imports ``kubernetes``: its neighbours see plain
dictionaries, our own value types and our own errors. Every call has a time
limit, and none is retried here: the caller knows what a lost answer means.
"""

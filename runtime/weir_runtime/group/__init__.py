"""Which worker does what: membership of the worker group and the assignment of its work.

`member` and `assignor` are pure: events and inputs come in, requests and results go out as
values. `membership` drives the member on asyncio against a `kafka.ports.GroupChannel`;
`standalone` is the group of a worker that shares with nobody. The herder sees `ports` only.

Source: KIP-415, KIP-507, org.apache.kafka.connect.runtime.distributed.WorkerCoordinator.
"""

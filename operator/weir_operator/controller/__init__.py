"""Observe, plan, act, report: the loop that keeps Connect as its resources say.

Plain asyncio: neither kopf nor kubernetes is imported here. Invariants: nothing is written before
the source's list is complete and the cluster was read once; at rest nothing is written at all;
one connector is worked on by one task at a time.

Entry points, for whoever runs it::

    from weir_operator.controller.engine import Controller

    controller = Controller(source, report)       # a ports.DesiredSource and a ports.Report
    await controller.run()                        # until stop() or cancellation
    controller.stop()                             # ends run() within a second
    controller.gate(acting=False)                 # a replica without the Lease: reads, no writes
    controller.health()                           # queue depth and age, contact per cluster

`memory` has twins of both ports for tests; `sources.folder` has those of a folder. A source
turns a resource into a `plan.model.Desired` with `sources.desired.desired_of`.
"""

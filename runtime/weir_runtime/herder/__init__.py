"""Who does what: the only surface that REST sees, and the loop behind it.

`decide(state, event) -> (state, actions)` is pure, one module a kind of request; actions are
values that one performer carries out against stores, group and worker. Standalone and
distributed differ in what stands behind the ports, not in this logic.
"""

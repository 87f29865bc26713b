"""What a connector's state means to people and to the tools that wait for it.

Pure functions from `facts.Facts` to the conditions that kstatus, Flux and Argo CD read, and to
the whole status. Invariants: Reconciling and Stalled are never both True; a condition's
`lastTransitionTime` moves only with its status; equal facts give an equal status.
"""

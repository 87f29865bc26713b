"""Time and tasks: the only place that starts asyncio tasks or reads a clock.

Imports nothing of the project. Everything above takes a `Clock` and runs its tasks in a
`Scope`, so that tests and simulations can drive time.
"""

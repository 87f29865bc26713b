"""What to do about one connector: pure functions of (desired, observed, memory, now).

`decision.plan` looks at values and gives actions; `lesson` folds what an action brought back
into the memory. Neither waits, reads a clock or calls anything. Planning twice equals planning
once: what is done leaves an expectation, and equal values give no action.
"""

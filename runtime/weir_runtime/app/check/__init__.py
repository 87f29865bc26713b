"""app.check: what a take-over would do, told before it.

`look` reads a cluster without changing it, `examine` asks the plugins, and the other modules decide
what that means, as values of `finding`; `text` and `document` show them.
"""

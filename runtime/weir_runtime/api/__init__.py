"""What the author of a connector, converter or transform imports.

Apache's names, Python's shapes: a config is a pydantic model, records travel in batches,
errors have one root. Imports nothing above `observe`; the runtime above never adds to an
author's object what is not declared here.
"""

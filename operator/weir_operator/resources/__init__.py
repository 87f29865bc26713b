"""The custom resources: their shape as models, and the definitions made of them.

Nothing here knows an API server. A folder of YAML and a cluster's objects are
read by the same models; ``crds/`` is generated from them.
"""

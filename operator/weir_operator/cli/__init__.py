"""The command lines: ``weir-operator`` for a cluster, ``weirctl`` for a folder.

Commands read their arguments, put the parts together and give an exit code.
``weirctl`` imports neither Kopf nor the Kubernetes client.
"""

"""metrics: Prometheus on ports of their own.

`name` gives series the names of the usual JMX exporters' rules, `text` writes them, `library` is
the one importer of prometheus_client, `server` listens. Served from one look at the worker a
second at most, however many scrape.
"""

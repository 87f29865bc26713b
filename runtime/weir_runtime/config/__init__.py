"""Configs of workers, connectors and Kafka clients: parsed, typed, checked. No I/O but files.

`worker` and `connector` read Connect's keys, `clients` those of Kafka's clients, `support` says
for every key of Connect what becomes of it.
"""

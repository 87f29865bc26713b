"""Logs and metrics, on the standard library alone.

`log` sets logging up, `context` says which connector and task a line belongs to, `logger` is
what `/admin/loggers` shows and sets, `metric` holds counters and gauges. Imports nothing of the
project but the clock; errors are its own, and mapped where they are caught.
"""

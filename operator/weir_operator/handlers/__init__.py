"""Kopf as the shell: it watches, serves probes and keeps credentials fresh.

A handler passes on what it was told and decides nothing. Kopf has a thread and
an event loop of its own, since at its end it cancels every task of its loop.
"""

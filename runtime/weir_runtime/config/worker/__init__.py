"""A worker's keys: one frozen model per concern, and `WorkerConfig` that holds them.

Read once, in `cli`, and passed down in parts. Values are typed and checked when the file is
read; all errors of a file are told at once.
"""

from weir_runtime.config.worker.worker import DistributedConfig, WorkerConfig

__all__ = ["DistributedConfig", "WorkerConfig"]

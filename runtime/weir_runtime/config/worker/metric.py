"""Metrics."""

from __future__ import annotations

from typing import Literal

from weir_runtime.api.config import Config, Opt

JMX = "org.apache.kafka.common.metrics.JmxReporter"


class MetricConfig(Config):
    """Keys of Java's metrics; where they are served is our own `metrics.listeners`."""

    metric_reporters: list[str] = Opt([JMX], doc="Classes that publish metrics in Java.")
    metrics_num_samples: int = Opt(2, doc="Samples that rates, maxima and means are made of.", ge=1)
    metrics_recording_level: Literal["INFO", "DEBUG", "TRACE"] = Opt(
        "INFO", doc="How fine metrics are recorded."
    )
    metrics_sample_window_ms: int = Opt(
        30000, doc="Length of one sample, in ms.", kind="long", ge=0
    )

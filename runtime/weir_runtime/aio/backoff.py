"""Delays that grow: pure arithmetic, no waiting."""

from __future__ import annotations

import random
from dataclasses import dataclass, field


@dataclass
class Backoff:
    """Exponential delays with jitter, in seconds.

    `next_s()` gives the delay before the next try; `reset()` is called after a success.
    Jitter takes off up to `jitter` of a delay, so that the cap is never passed.
    """

    initial_s: float
    maximum_s: float
    factor: float = 2.0
    jitter: float = 0.2
    random: random.Random = field(default_factory=random.Random)
    attempt: int = 0

    def next_s(self) -> float:
        """Return the next delay and count the attempt."""
        # the exponent is bounded: a float power overflows after some thousand attempts
        grown = self.initial_s * self.factor ** min(self.attempt, 64)
        self.attempt += 1
        delay = min(grown, self.maximum_s)
        return delay * (1 - self.jitter * self.random.random())

    def reset(self) -> None:
        """Start again from the initial delay."""
        self.attempt = 0

"""Which topics a sink reads: a list, or those that match a pattern.

Patterns are matched here and not by librdkafka, whose regular expressions are not Java's.
Source: SinkTask.TOPICS_CONFIG, TOPICS_REGEX_CONFIG.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from weir_runtime.api.errors import ConfigError

EMPTY_S = 5.0
"""While nothing matches, the cluster is asked this often."""

DEFAULT_AGE_MS = 300_000


class TopicChoice:
    """Says when and to what a consumer should subscribe."""

    def __init__(
        self, config: Mapping[str, str], metadata_max_age_ms: int = DEFAULT_AGE_MS
    ) -> None:
        names = [name.strip() for name in config.get("topics", "").split(",") if name.strip()]
        pattern = config.get("topics.regex", "")
        if bool(names) == bool(pattern):
            raise ConfigError("Must configure one of topics or topics.regex")
        self._names = names
        self._pattern = _compiled(pattern) if pattern else None
        self._age_s = metadata_max_age_ms / 1000
        self._current: list[str] = []
        self._due: float | None = None

    def change(self, now: float, topics: Callable[[], list[str]]) -> list[str] | None:
        """Return what to subscribe to where that has changed, else None.

        `topics` lists the cluster's topics; it is only called for patterns, when due.
        """
        if self._pattern is None:
            if self._current:
                return None
            self._current = self._names
            return self._names
        if self._due is not None and now < self._due:
            return None
        found = [name for name in topics() if self._pattern.fullmatch(name)]
        self._due = now + (self._age_s if found else min(EMPTY_S, self._age_s))
        if found == self._current or not found:
            return None
        self._current = found
        return found


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ConfigError(
            f"Invalid value {pattern} for configuration topics.regex: {error}"
        ) from error

"""Takes secrets out of texts before they leave a process, whoever has put them there.

A driver's exception often repeats the URL or the password that it was given. So the values of a
connector's secret keys are known here by owner, and hidden in logs, traces and error messages.
A secret shorter than `SHORTEST` is not looked for: it would hide half of every text. A weak one,
such as a single word, is hidden only where it stands alone.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping

from weir_runtime.observe.secret import HIDDEN

SHORTEST = 4
STRONG = 16
MOST_OWNERS = 10_000

_SECRET_KEY = re.compile(
    r"passw(or)?d|passphrase|secret|token|credential|jaas|private\.?key|api\.?key|access\.?key"
    r"|account\.key|ssl\.keystore\.key|keystore\.key$|\.pem$|user\.info"
    r"|connection\.(string|uri)",
    re.IGNORECASE,
)
# the part of a URL between scheme and host, which ends with the last @ before the path
_USER_INFO = re.compile(r"(?<=[a-z0-9+.-])://([^\s/?#]+)@", re.IGNORECASE)
_QUOTED = re.compile(r"""=\s*(?:"([^"]*)"|'([^']*)')""")
_PLAIN = frozenset({"true", "false", "none", "null", HIDDEN})


class Secrets:
    """Secret texts by owner; safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owners: dict[str, frozenset[str]] = {}
        self._ordered: tuple[tuple[str, ...], tuple[str, ...]] | None = ((), ())

    def learn(self, owner: str, texts: Iterable[str]) -> None:
        """Hide these texts from now on, beside what the owner had before.

        The owner's latest texts are kept longest; a great number of owners pushes old ones out.
        """
        found = frozenset(text for text in texts if _is_worth_hiding(text))
        with self._lock:
            known = self._owners.get(owner, frozenset())
            if found <= known:
                return
            self._owners.pop(owner, None)
            self._owners[owner] = known | found
            if len(self._owners) > MOST_OWNERS:
                del self._owners[next(iter(self._owners))]
            # put in order when a text is next cleaned: a start learns of every connector at once
            self._ordered = None

    def learn_config(
        self, owner: str, config: Mapping[str, str | None], secret_keys: Iterable[str] = ()
    ) -> None:
        """Hide what of a config looks like a secret by its key or form, or is named as one."""
        self.learn(owner, of_config(config, secret_keys))

    def clean(self, text: str, *, weak: bool = True) -> str:
        """Return a text with every secret replaced by `[hidden]`.

        Without `weak` only what no name could be: what clients match has to stay as it is.
        """
        strong_ones, weak_ones = self._ordered or self._order()
        for secret in strong_ones:
            if secret in text:
                text = text.replace(secret, HIDDEN)
        for secret in weak_ones if weak else ():
            if secret in text:
                alone = rf"(?<![\w.-]){re.escape(secret)}(?![\w.-])"
                text = re.sub(alone, HIDDEN, text)
        return text

    def _order(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return all strong and all weak texts, the longest first: one may hold another."""
        with self._lock:
            every = {text for texts in self._owners.values() for text in texts}
            ordered = sorted(every, key=len, reverse=True)
            strong = tuple(text for text in ordered if _is_strong(text))
            weak = tuple(text for text in ordered if not _is_strong(text))
            self._ordered = strong, weak
            return self._ordered


SECRETS = Secrets()
"""What is hidden in this process."""


def of_config(config: Mapping[str, str | None], secret_keys: Iterable[str] = ()) -> set[str]:
    """Return the texts of a config that nobody should read in a log."""
    named = frozenset(secret_keys)
    found: set[str] = set()
    for key, value in config.items():
        if not value:
            continue
        if key in named or is_secret_key(key):
            found |= {value, value.strip(), *_quoted(value)}
        for user_info in _USER_INFO.findall(value):
            found.add(user_info)
            found.add(user_info.partition(":")[2])
    return found


def is_secret_key(key: str) -> bool:
    """Tell whether a key's name says that its value is a secret."""
    return _SECRET_KEY.search(key) is not None


def _quoted(value: str) -> Iterable[str]:
    """Yield the values inside a JAAS line, each of which may turn up alone."""
    for match in _QUOTED.finditer(value):
        yield match[1] or match[2] or ""


def _is_worth_hiding(text: str) -> bool:
    return len(text) >= SHORTEST and text.lower() not in _PLAIN


def _is_strong(text: str) -> bool:
    """Tell whether a text is hardly a word or a name of something else."""
    return len(text) >= STRONG or (len(text) >= STRONG // 2 and not text.isalpha())

"""What must never be seen in a log is taken out of finished text: our own secrets, and whatever looks like one."""

import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

from pydantic import SecretStr

HIDDEN = "***"
_PAINT = r"(?:\x1b\[[0-9;]*m)*"
"""Colours of a terminal, which may stand between a name and its value."""
_VALUE = r"[^\s\"'\\&,;)}\]<>\x1b]{6,}"

_LOOKS_SECRET = (
    # Authorization: Bearer abc
    re.compile(r"(\bbearer\s+)[A-Za-z0-9+/=._~-]{6,}", re.IGNORECASE),
    re.compile(r"(\bauthorization[\"'\\]*\s*[:=]\s*[\"'\\]*(?:[a-z]+\s+)?+)" + _VALUE, re.IGNORECASE),
    # ?key=abc, api_key='abc', "token": "abc", X-Api-Key: abc
    re.compile(
        rf"((?<![A-Za-z0-9])(?:(?:api)?key|token|secret|password|signature)(?:[\"'\\]*{_PAINT}\s*=|[\"'\\]+\s*:)"
        rf"\s*{_PAINT}[\"'\\]*)" + _VALUE,
        re.IGNORECASE,
    ),
    re.compile(r"(\bapi[-_]?key\s*:\s*)" + _VALUE, re.IGNORECASE),
    # https://api.telegram.org/bot123456:abc/getMe
    re.compile(r"((?<!\d))\d{6,12}:[A-Za-z0-9_-]{30,}"),
    # postgresql://reelbot:abc@db/reelbot
    re.compile(r"(://[^/\s:@]*:)[^/\s@]+(?=@)"),
)


class Redactor:
    """Cleans text. It works on finished lines, so nothing that is rendered late can slip past it.

    Args:
        secrets: Values that are hidden wherever they stand, however they are escaped.
    """

    def __init__(self, secrets: Iterable[SecretStr]) -> None:
        forms = {form for secret in secrets if secret for form in _forms(secret.get_secret_value())}
        # The longest first, lest a part of it be hidden and the rest be shown.
        longest_first = sorted(forms, key=len, reverse=True)
        self._ours = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def clean(self, text: str) -> str:
        """The same text with `***` in the place of every secret."""
        if self._ours is not None:
            text = self._ours.sub(HIDDEN, text)
        for pattern in _LOOKS_SECRET:
            text = pattern.sub(rf"\g<1>{HIDDEN}", text)
        return text


def _forms(secret: str) -> Iterator[str]:
    """The ways in which a secret is written in JSON, in Python and in an address."""
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield repr(secret)[1:-1]
    yield quote(secret)
    yield quote(secret, safe="")
    yield quote_plus(secret)

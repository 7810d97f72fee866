"""Checks that a callback was signed by who claims to send it, as Standard Webhooks describes.

Source: the specification "Standard Webhooks" (standardwebhooks.com): the sender signs `id.timestamp.body` with
HMAC-SHA256; the key is the base64 behind `whsec_`; the header holds one or more `v1,<base64>` with spaces between, so
that a secret can be replaced while both are in use.
"""

import base64
import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from pydantic import SecretStr

from providers.errors import UnexpectedReply

TOLERANCE = timedelta(minutes=5)
"""How far the sender's clock and ours may be apart; an older callback may be a recording."""

_SECONDS = re.compile(r"[0-9]{1,12}")


class SigningKey:
    """The secret that sender and receiver share.

    Args:
        secret: As the sender shows it: `whsec_` and base64; the prefix may be absent.

    Raises:
        ValueError: It is not of that form.
    """

    def __init__(self, secret: SecretStr) -> None:
        self._key = base64.b64decode(secret.get_secret_value().strip().removeprefix("whsec_"), validate=True)
        if not self._key:
            raise ValueError("a signing secret is `whsec_` and base64")

    def check(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> None:
        """Return if the callback is fresh and its signature holds.

        Raises:
            UnexpectedReply: It is not signed, too old or too new, or signed with another secret.
        """
        given = {name.lower(): value for name, value in headers.items()}
        message, sent_at, signatures = (given.get(f"webhook-{part}", "") for part in ("id", "timestamp", "signature"))
        if not (message and _SECONDS.fullmatch(sent_at)):
            raise UnexpectedReply("a callback without an id or a time")
        if abs(now.timestamp() - int(sent_at)) > TOLERANCE.total_seconds():
            raise UnexpectedReply("a callback of another time")
        if not self._signed(b".".join((_bytes(message), _bytes(sent_at), body)), signatures):
            raise UnexpectedReply("a callback whose signature does not hold")

    def _signed(self, content: bytes, signatures: str) -> bool:
        right = b"v1," + base64.b64encode(hmac.digest(self._key, content, "sha256"))
        return any(hmac.compare_digest(right, _bytes(one)) for one in signatures.split())


def _bytes(header: str) -> bytes:
    """As it came over the wire, even if that was no UTF-8."""
    return header.encode("utf-8", "surrogateescape")

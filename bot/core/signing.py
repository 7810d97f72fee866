"""Text that leaves the house and must come back unchanged: links, cookies, callbacks, buttons."""

import base64
import hashlib
import hmac
from datetime import datetime

_MAC_BYTES = 16
"""128 bits cannot be guessed, and leave room in a button's 64 bytes."""


class BadSignature(Exception):
    """We did not sign this text, or not for this purpose. Believe nothing of it."""


class Expired(BadSignature):
    """We did sign it, but its time is over."""


class Signer:
    """Signs with one secret; a signature made for one purpose opens nothing else.

    Args:
        secret: At least 16 bytes that nobody else knows.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) < _MAC_BYTES:
            raise ValueError(f"A secret needs at least {_MAC_BYTES} bytes.")
        self._secret = secret

    def sign(self, purpose: str, payload: str, expires_at: datetime | None) -> str:
        """Make a text of letters, digits, `-`, `_` and `.`; the payload can be read in it, but not changed.

        Args:
            purpose: What it is for.
            payload: Any text.
            expires_at: Aware; rounded down to the second. None never expires.
        """
        end = format(int(expires_at.timestamp()), "x") if expires_at is not None else ""
        signed = f"{_encode(payload.encode())}.{end}"
        return f"{signed}.{self._mac(purpose, signed)}"

    def open(self, purpose: str, text: str, now: datetime) -> str:
        """Give the payload back.

        Raises:
            Expired: It is ours, but its time is over at *now*.
            BadSignature: It is not ours.
        """
        signed, _, mac = text.rpartition(".")
        if not hmac.compare_digest(mac.encode(errors="surrogatepass"), self._mac(purpose, signed).encode()):
            raise BadSignature("the signature does not fit")
        body, _, end = signed.partition(".")
        if end and int(end, 16) <= now.timestamp():
            raise Expired("its time is over")
        return base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode()

    def _mac(self, purpose: str, signed: str) -> str:
        # The length in front keeps purpose and text apart: nothing can be moved from one into the other.
        message = f"{len(purpose.encode())}:{purpose}:{signed}".encode(errors="surrogatepass")
        return _encode(hmac.digest(self._secret, message, hashlib.sha256)[:_MAC_BYTES])


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")

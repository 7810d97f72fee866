"""Who is at the page: a browser is a person, known by a signed cookie and nothing else."""

import secrets
from datetime import timedelta

from aiohttp import web

from bot.core.model import User, UserId
from bot.core.page_texts import preferred_language
from bot.core.ports import Clock
from bot.core.signing import BadSignature, Signer

COOKIE = "reelbot_person"
LIFETIME = timedelta(days=400)
"""The longest that browsers keep a cookie; every visit begins it anew."""
_PURPOSE = "web person"


class Persons:
    """Reads and writes the cookie.

    Args:
        signer: Signs it.
        clock: Tells the time.
        secure: Whether people come over https, so that the cookie must not travel without.
    """

    def __init__(self, *, signer: Signer, clock: Clock, secure: bool) -> None:
        self._signer = signer
        self._clock = clock
        self._secure = secure

    def known(self, request: web.Request) -> User | None:
        """The person behind this browser; None before the first visit."""
        try:
            person = self._signer.open(_PURPOSE, request.cookies.get(COOKIE, ""), self._clock.now())
        except BadSignature:
            return None
        return User(id=UserId("web", person), language=language_of(request))

    def new(self, request: web.Request) -> User:
        """Somebody whom we see for the first time."""
        return User(id=UserId("web", secrets.token_hex(10)), language=language_of(request))

    def remember(self, user: User, response: web.StreamResponse) -> None:
        """Give the browser its cookie, or a fresh one."""
        response.set_cookie(
            COOKIE,
            self._signer.sign(_PURPOSE, user.id.id, self._clock.now() + LIFETIME),
            max_age=int(LIFETIME.total_seconds()),
            httponly=True,
            samesite="Strict",
            secure=self._secure,
        )


def language_of(request: web.Request) -> str:
    """The language this browser asks for."""
    return preferred_language(request.headers.get("Accept-Language", ""))

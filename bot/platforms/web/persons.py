"""Who is at the page: a browser is a person, known by a signed cookie; another one says how to speak to them."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from aiohttp import web

from bot.core.model import Account, User, UserId
from bot.core.page_texts import preferred_language
from bot.core.ports import Clock
from bot.core.signing import BadSignature, Signer
from bot.core.texts import LANGUAGES

COOKIE = "reelbot_person"
CHOSEN_LANGUAGE = "reelbot_language"
"""The cookie that tells a page, before it knows anything of the person, which language they chose."""
LIFETIME = timedelta(days=400)
"""The longest that browsers keep a cookie; every visit begins it anew."""
_PURPOSE = "web person"


class Persons:
    """Reads and writes the cookie.

    Args:
        signer: Signs it.
        clock: Tells the time.
        secure: Whether people come over https, so that the cookies must not travel without.
        account: Reads what the books know of somebody; None if they never asked for anything.
    """

    def __init__(
        self, *, signer: Signer, clock: Clock, secure: bool, account: Callable[[UserId], Awaitable[Account | None]]
    ) -> None:
        self._signer = signer
        self._clock = clock
        self._secure = secure
        self._account = account

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
        """Give the browser the cookie it is known by, or a fresh one."""
        response.set_cookie(
            COOKIE,
            self._signer.sign(_PURPOSE, user.id.id, self._clock.now() + LIFETIME),
            max_age=int(LIFETIME.total_seconds()),
            httponly=True,
            samesite="Strict",
            secure=self._secure,
        )

    async def in_own_language(self, user: User) -> User:
        """The same person, who may have chosen another language than their browser's."""
        account = await self._account(user.id)
        return user if account is None else replace(user, language=account.language)

    def keep_language(self, request: web.Request, user: User, response: web.StreamResponse) -> None:
        """Let the pages know for the next visit, where they would speak another language by themselves."""
        if user.language == language_of(request):
            return
        response.set_cookie(
            CHOSEN_LANGUAGE,
            user.language,
            max_age=int(LIFETIME.total_seconds()),
            httponly=True,
            # Not strict: whoever follows a link to the chat is to find it in their language too.
            samesite="Lax",
            secure=self._secure,
        )


def language_of(request: web.Request) -> str:
    """The language that was chosen in this browser, or else the one it asks for."""
    chosen = request.cookies.get(CHOSEN_LANGUAGE, "")
    if chosen in LANGUAGES:
        return chosen
    return preferred_language(request.headers.get("Accept-Language", ""))

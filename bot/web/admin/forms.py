"""Forms of the console: each proves that our own page sent it, in the session that it was drawn for."""

import asyncio
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import structlog
from aiohttp import web

from bot.core.model import CommunityId, UserId
from bot.core.oversight import Mark
from bot.core.ports import Clock
from bot.core.signing import BadSignature, Signer
from bot.web.login import COOKIE
from bot.web.refusals import words_for

FIELD = "proof"
MOST_BYTES = 16 * 1024
READ_SECONDS = 10.0
REASON_MOST = 200
"""Characters of a reason."""
SAID_FOR = timedelta(minutes=5)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
_OWNER = re.compile(r"([a-z]+):(\S+)")
_SAID = "admin said"

log = structlog.get_logger("reelbot.console")


class Unfit(Exception):
    """What was typed cannot be meant; the message says why, to the operator. Nothing was changed."""


class Forms:
    """Signs what pages carry, and reads it when it comes back.

    Args:
        signer: Signs.
        clock: Tells when a remark is stale.
    """

    def __init__(self, *, signer: Signer, clock: Clock) -> None:
        self._signer = signer
        self._clock = clock

    def proof(self, request: web.Request) -> str:
        """What every form of this session carries: another site's form cannot know it."""
        return self._signer.sign(_purpose(request), "form", None)

    async def read(self, request: web.Request) -> Mapping[str, str]:
        """The fields of a form, trimmed.

        Raises:
            web.HTTPForbidden: It carries no proof of this session.
            web.HTTPRequestEntityTooLarge: No form of ours is that large.
            web.HTTPRequestTimeout: It did not arrive in time.
        """
        if (request.content_length or 0) > MOST_BYTES:
            raise web.HTTPRequestEntityTooLarge(MOST_BYTES, request.content_length or 0)
        fields = await _fields(request)
        try:
            self._signer.open(_purpose(request), fields.get(FIELD, ""), self._clock.now())
        except BadSignature:
            log.warning("a form without proof was refused", path=request.path, remote=request.remote)
            refusal = json.dumps({"error": words_for(request)["refused_form"]})
            raise web.HTTPForbidden(text=refusal, content_type="application/json") from None
        return fields

    def remark(self, words: str, *, problem: bool = False) -> str:
        """A sentence for the next page, signed, so that nobody can put words into our mouth by a link."""
        return self._signer.sign(_SAID, f"{'problem' if problem else 'fine'}|{words}", self._clock.now() + SAID_FOR)

    def said(self, request: web.Request) -> tuple[str, str] | None:
        """The remark that the page before left: its kind and its words; None if there is none."""
        try:
            kind, _, words = self._signer.open(_SAID, request.query.get("said", ""), self._clock.now()).partition("|")
        except BadSignature:
            return None
        return kind, words


async def _fields(request: web.Request) -> dict[str, str]:
    try:
        async with asyncio.timeout(READ_SECONDS):
            return {name: str(value).strip() for name, value in (await request.post()).items()}
    except TimeoutError:
        raise web.HTTPRequestTimeout from None


def _purpose(request: web.Request) -> str:
    return f"admin form:{request.cookies.get(COOKIE, '')}"


def whole(text: str, *, least: int, most: int) -> int:
    """A whole number as somebody typed it.

    Raises:
        Unfit: It is none, or out of range.
    """
    plain = text.replace(",", "")
    if not (plain.isascii() and plain.isdigit() and len(plain) <= len(str(most)) and least <= int(plain) <= most):
        raise Unfit(f"“{text}” is not a whole number from {least:,} to {most:,}.")
    return int(plain)


def reason_in(form: Mapping[str, str], *, needed: bool = True) -> str:
    """Why somebody does what a form says.

    Raises:
        Unfit: They do not say it, or in too many words.
    """
    reason = " ".join(form.get("reason", "").split())
    if len(reason) > REASON_MOST or (needed and not reason):
        raise Unfit(f"Please give a reason, of at most {REASON_MOST} characters: the log keeps it.")
    return reason


def user_of(text: str) -> UserId:
    """A person as they are named: `platform:id`.

    Raises:
        Unfit: Written differently.
    """
    return UserId(*_parts(text))


def community_of(text: str) -> CommunityId:
    """A server or group as it is named: `platform:id`.

    Raises:
        Unfit: Written differently.
    """
    return CommunityId(*_parts(text))


def _parts(text: str) -> tuple[str, str]:
    match = _OWNER.fullmatch(text)
    if match is None:
        raise Unfit(f"“{text}” names nobody: write platform:id, for example discord:123.")
    return match[1], match[2]


def write_mark(at: datetime, id: str) -> str:
    """Where the next page of a list begins, as its address says it."""
    return f"{(at - EPOCH) // MILLISECOND}~{id}"


def read_mark(text: str | None) -> Mark | None:
    """What `write_mark` wrote; anything else is the beginning of the list."""
    moment, _, last = (text or "").partition("~")
    if not (last and moment.isascii() and moment.isdigit() and len(moment) < 15):  # noqa: PLR2004 far in the future
        return None
    return Mark(EPOCH + int(moment) * MILLISECOND, last)

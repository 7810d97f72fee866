"""The gate before everything that makes something: who is blocked, who has to wait, what may not be wished for."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.core.blocks import Ban, Block, BlockKind, Blocks
from bot.core.conversing import Answered
from bot.core.cooling import LOOK_BACK, cooled_until
from bot.core.model import EVERYWHERE, CommunityId, Job, UserId
from bot.core.ports import Clock
from bot.core.texts import Say
from bot.core.wordlist import BadPattern, TooSlow, WordList, check_pattern

READ_AGAIN = timedelta(seconds=5)
"""Other processes block too; this is how late it may be noticed here."""
REMEMBERED = 1000
"""Lists of so many communities are kept at hand."""

log = structlog.get_logger("reelbot.gate")


@dataclass(frozen=True, slots=True)
class _List:
    """A scope's list as it was a moment ago."""

    bans: frozenset[Ban]
    words: WordList | None
    read_at: datetime


class Gate:
    """Keeps the lists at hand for a few seconds; what is changed through it holds at once."""

    def __init__(self, *, store: Blocks, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lists: dict[CommunityId, _List] = {}
        self._changes = 0

    async def admit(self, user: UserId, community: CommunityId | None) -> None:
        """Let somebody ask for something.

        Raises:
            Answered: They are blocked, or have to wait.
            StoreTrouble: Nobody knows.
        """
        if (barred := await self._barred(user, community)) is not None:
            log.info("refused to somebody blocked", who=str(user), community=str(community or ""), why=barred.value)
            raise Answered(barred)
        now = self._clock.now()
        until = cooled_until(await self._store.rejections(user, now - LOOK_BACK))
        if until is not None and now < until:
            log.info("refused to somebody who has to wait", who=str(user), until=until.isoformat())
            raise Answered(Say.COOLING_DOWN, until=until, wait=(until - now).total_seconds())

    async def read(self, prompt: str, user: UserId, community: CommunityId | None) -> None:
        """Look through what somebody wishes for.

        Raises:
            Answered: Something in it is blocked, or it could not be searched in time.
            StoreTrouble: Nobody knows.
        """
        for scope in _scopes(community):
            words = (await self._list(scope)).words
            if words is None:
                continue
            try:
                found = await asyncio.to_thread(words.finds, prompt)
            except TooSlow as slow:
                log.warning("a pattern is too slow", scope=str(scope), pattern=slow.expression)
                raise Answered(Say.WORDS_NOT_CHECKED) from None
            if found is not None:
                log.info("refused a blocked text", scope=str(scope), who=str(user))
                raise Answered(Say.WORDS_BLOCKED)

    async def forbidden(self, job: Job) -> str:
        """Why a job that waits may no longer be made, in words for its story; empty if it may.

        Raises:
            StoreTrouble: Nobody knows.
        """
        barred = await self._barred(job.user, job.community)
        return "" if barred is None else _IN_STORIES[barred]

    async def block(self, ban: Ban, actor: str, reason: str) -> bool:
        """Put something into a list; False if it stands there already.

        Raises:
            StoreTrouble: Nothing is changed.
        """
        done = await self._store.block(ban, actor, reason)
        self._changed("blocked", ban, actor, done=done)
        return done

    async def unblock(self, ban: Ban, actor: str, reason: str = "") -> bool:
        """Take something out of a list; False if it is not there.

        Raises:
            StoreTrouble: Nothing is changed.
        """
        done = await self._store.unblock(ban, actor, reason)
        self._changed("unblocked", ban, actor, done=done)
        return done

    async def listed(self, scope: CommunityId) -> list[Block]:
        """What stands in a list at this moment."""
        return await self._store.blocks(scope)

    def _changed(self, event: str, ban: Ban, actor: str, *, done: bool) -> None:
        self._lists.pop(ban.scope, None)
        self._changes += 1
        if done:
            log.info(event, actor=actor, scope=str(ban.scope), kind=ban.kind.value, what=ban.what)

    async def _barred(self, user: UserId, community: CommunityId | None) -> Say | None:
        everywhere = (await self._list(EVERYWHERE)).bans
        if Ban(EVERYWHERE, BlockKind.PERSON, str(user)) in everywhere:
            return Say.PERSON_BLOCKED
        if community is None:
            return None
        if Ban(EVERYWHERE, BlockKind.SERVER, str(community)) in everywhere:
            return Say.SERVER_BLOCKED
        here = (await self._list(community)).bans
        return Say.PERSON_BLOCKED_HERE if Ban(community, BlockKind.PERSON, str(user)) in here else None

    async def _list(self, scope: CommunityId) -> _List:
        known, now = self._lists.get(scope), self._clock.now()
        if known is not None and now - known.read_at < READ_AGAIN:
            return known
        changes = self._changes
        bans = frozenset(block.ban for block in await self._store.blocks(scope))
        same = known is not None and known.bans == bans
        read = _List(bans, known.words if known and same else await asyncio.to_thread(_words, bans), now)
        if len(self._lists) >= REMEMBERED:
            self._lists.clear()
        if changes == self._changes:
            # Else what was read may be older than what was changed here meanwhile.
            self._lists[scope] = read
        return read


_IN_STORIES = {
    Say.PERSON_BLOCKED: "the person was blocked",
    Say.PERSON_BLOCKED_HERE: "the person was blocked in the server",
    Say.SERVER_BLOCKED: "the server was blocked",
}


def _scopes(community: CommunityId | None) -> tuple[CommunityId, ...]:
    return (EVERYWHERE,) if community is None else (EVERYWHERE, community)


def _words(bans: frozenset[Ban]) -> WordList | None:
    words = [ban.what for ban in bans if ban.kind is BlockKind.WORD]
    patterns = [ban.what for ban in bans if ban.kind is BlockKind.PATTERN and _usable(ban)]
    return WordList(words, patterns) if words or patterns else None


def _usable(ban: Ban) -> bool:
    """A pattern may have been let pass by another version, and must not keep everybody from making anything."""
    try:
        check_pattern(ban.what)
    except BadPattern as bad:
        log.warning("a blocked pattern cannot be used", scope=str(ban.scope), pattern=ban.what, detail=str(bad))
        return False
    return True

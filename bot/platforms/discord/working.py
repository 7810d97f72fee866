"""What an acknowledged interaction asks for is done and answered, from whichever line a crash interrupted it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

import structlog

from bot.core.commands import BadCommand, ShowJob, parse
from bot.core.model import JobId, Reason, Reply
from bot.core.ports import BadPicture, Files, NotNow, Receive
from bot.core.store import Inbox, StoreTrouble
from bot.core.texts import Say, Sentence, say
from bot.platforms.discord.acknowledging import Taken
from bot.platforms.discord.acts import Acts
from bot.platforms.discord.answering import Answers, awaits_clip
from bot.platforms.discord.asked import Asked, Manner
from bot.platforms.discord.detours import Detours
from bot.platforms.discord.passes import Pass, Passes
from bot.platforms.discord.pictures import Fetcher
from bot.platforms.discord.places import NAME, Spot
from bot.platforms.discord.rest import Gone, Shut
from bot.platforms.discord.rights import Rights

T = TypeVar("T")
AT_ONCE: Final = 200
"""Interactions worked on together; more wait, acknowledged."""
PAUSES: Final = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds to wait after each try to say an answer that does not arrive."""
ANSWER_WITHIN: Final = 30.0
"""Seconds that one try may take."""
log = structlog.get_logger("reelbot.discord")


@dataclass(frozen=True, slots=True)
class Tools:
    """What the worker works with."""

    inbox: Inbox
    passes: Passes
    acts: Acts
    answers: Answers
    detours: Detours
    fetcher: Fetcher
    files: Files
    rights: Rights


class Worker:
    """Works on interactions."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._room = asyncio.Semaphore(AT_ONCE)

    async def work(self, asked: Asked, taken: Taken, *, arrived: datetime, receive: Receive) -> None:
        """Do what was asked and answer it; afterwards its letter is answered.

        A letter that meets a bug is answered, too: the same bug would meet it after every restart.
        """
        one = asked.until(self._tools.passes.expiry(arrived))
        async with self._room:
            try:
                spot = await self._located(asked, taken, one)
                asked = asked if taken.sure else await self._judged_anew(asked)
                reply = await self._done(asked, one, spot, receive)
                await self._insist(asked, one, spot, reply)
                await self._tidy(asked, reply)
            except Shut as shut:
                log.info("an interaction cannot be answered any more", key=asked.key, detail=str(shut))
            await self.forget(asked)

    async def forget(self, asked: Asked) -> None:
        """Its letter is answered: the words, names and the token in it are erased."""
        try:
            await self._tools.inbox.done(NAME, asked.key)
        except StoreTrouble as trouble:
            # After the next start it is worked on once more, which starts nothing twice.
            log.warning("a letter stays in the inbox", key=asked.key, detail=repr(trouble))

    async def _located(self, asked: Asked, taken: Taken, one: Pass) -> Spot:
        """The spot with its message.

        Raises:
            Shut: Discord knows of no response: it never took our acknowledgement, or the token is dead.
        """
        message = taken.message
        if message is None:
            try:
                message = (await _patiently(lambda: self._tools.acts.response(one))).message
            except Gone as gone:
                # Acknowledged, and taken back by us, if a crash kept us from saying why, or deleted by somebody else.
                log.info("the response to an interaction is gone", key=asked.key, detail=str(gone))
            except Shut:
                if not taken.sure:
                    raise
        return asked.spot.model_copy(update={"message": message})

    async def _done(self, asked: Asked, one: Pass, spot: Spot, receive: Receive) -> Reply:
        try:
            await self._remember(asked, one, spot)
            return await self._heard(asked, spot, receive)
        except StoreTrouble as trouble:
            log.warning("an interaction could not be worked on", key=asked.key, detail=repr(trouble))
            return Reply(text=say(Sentence(Say.TROUBLE), asked.language))
        except Exception:
            # One person's bug must not end everybody's chat.
            log.exception("a bug kept an interaction from being worked on", key=asked.key)
            return Reply(text=say(Sentence(Say.FAILED, {"reason": Reason.BUG}), asked.language))

    async def _judged_anew(self, asked: Asked) -> Asked:
        """What an admin asked before a crash is done only if they still are one."""
        community = asked.community_id
        if not asked.admin or community is None:
            return asked
        may = await _patiently(lambda: self._tools.rights.may_manage(community, asked.user_id))
        return asked.model_copy(update={"admin": may})

    async def _remember(self, asked: Asked, one: Pass, spot: Spot) -> None:
        """What the job's own life will need, before there is one."""
        tools = self._tools
        if asked.manner is Manner.QUIET and asked.pressed is not None:
            tools.passes.keep_pressed(asked.pressed, one)
        if asked.manner is Manner.PUBLIC:
            await tools.passes.keep(asked.id, one)
            if (job := _named_job(asked)) is not None:
                await tools.detours.set(job, spot)

    async def _heard(self, asked: Asked, spot: Spot, receive: Receive) -> Reply:
        async with self._tools.files.scratch() as folder:
            try:
                pictures = await self._tools.fetcher.fetch(asked.attached, folder)
            except BadPicture as bad:
                return Reply(text=say(Sentence(Say(bad.problem), bad.values), asked.language))
            return await receive(asked.incoming(spot, pictures))

    async def _insist(self, asked: Asked, one: Pass, spot: Spot, reply: Reply) -> None:
        await _patiently(lambda: self._tools.answers.say(asked, one, spot, reply))

    async def _tidy(self, asked: Asked, reply: Reply) -> None:
        """What was remembered for a job that did not come of it."""
        if asked.manner is not Manner.PUBLIC or reply.accepted or awaits_clip(asked, reply):
            return
        try:
            await self._tools.passes.erase(asked.id)
            if (job := _named_job(asked)) is not None:
                await self._tools.detours.end(job)
        except StoreTrouble as trouble:
            log.warning("a token is erased later", detail=repr(trouble))


async def _patiently(act: Callable[[], Awaitable[T]]) -> T:
    """Do something that may be done twice, until it is certain to have been done.

    Raises:
        Shut: It cannot be done, or not in time.
    """
    trouble: Exception | None = None
    for pause in PAUSES:
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                return await act()
        except (NotNow, OSError, StoreTrouble) as error:
            log.info("tried again", detail=str(error))
            trouble = error
            await asyncio.sleep(pause)
    raise Shut("Discord or the database does not answer") from trouble


def _named_job(asked: Asked) -> JobId | None:
    """The job whose clip is to be sent again."""
    try:
        command = parse(asked.text)
    except BadCommand:
        return None
    return command.job if isinstance(command, ShowJob) else None

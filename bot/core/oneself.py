"""What people want to know of the bot and of themselves, and what they change about themselves."""

import asyncio
import io
from dataclasses import replace

import structlog

from bot.core import answers, commands
from bot.core.admin_commands import ADMIN_COMMANDS, OPERATOR_COMMANDS
from bot.core.conversing import Answered, Asking
from bot.core.credits import caps, member_daily
from bot.core.desk import Desk
from bot.core.exporting import gather, pack
from bot.core.languages import LANGUAGES, language_named
from bot.core.model import Paper, Reply
from bot.core.ports import NotNow, PlaceGone
from bot.core.ruling import Ruling
from bot.core.terms import Terms
from bot.core.texts import Say, Sentence, say
from bot.core.using import ShowUsage

EXPORT_MOST_BYTES = 20_000_000
"""It is held in memory until the chat has taken it."""
ANYWHERE_BYTES = 8_000_000
"""What every chat takes."""
ROOM_WITHIN = 10.0
"""Seconds that a chat may take to say how much it takes."""

log = structlog.get_logger("reelbot.oneself")


class Oneself:
    """Answers whatever makes no video and touches no job."""

    def __init__(self, *, desk: Desk, terms: Terms, ruling: Ruling) -> None:
        self._desk = desk
        self._store = desk.store
        self._terms = terms
        self._ruling = ruling

    async def inform(self, asking: Asking, command: commands.Command) -> Reply:
        """Do what is wanted and say so.

        Raises:
            Answered: It cannot be done.
        """
        match command:
            case commands.Language(code):
                return await self._language(asking, code)
            case commands.Forget(confirmed):
                return await self._forget(asking) if confirmed else asking.reply(Say.FORGET_FIRST_ASK)
            case commands.Export():
                return await self._export(asking)
            case ShowUsage():
                return await self._desk.using.answer(asking.incoming, command, asking.language)
            case _:
                return Reply(text=await self._page(asking, command))

    async def _page(self, asking: Asking, command: commands.Command) -> str:
        """The commands that only read: each answers with some lines."""
        language, rules = asking.language, self._desk.rules
        match command:
            case commands.ListJobs():
                return answers.jobs(await self._store.jobs_of(asking.user, 10), language)
            case commands.Credits():
                return await self._credits(asking)
            case commands.Models():
                limits = await self._terms.limits(asking.incoming.community)
                return answers.models(await self._desk.prices(), limits.models, language)
            case commands.Privacy():
                return answers.privacy(rules.keep_days, rules.services, language)
            case _:
                return answers.help_page(language, self._commands_for(asking))

    async def _credits(self, asking: Asking) -> str:
        lines = await self._store.receipts(str(asking.user), 8)
        allowance = await self._allowance(asking)
        return answers.credits_page(asking.account, lines, await self._desk.prices(), asking.language, allowance)

    async def _allowance(self, asking: Asking) -> answers.Allowance:
        community = asking.incoming.community
        if community is None:
            return answers.Allowance()
        limits = await self._terms.limits(community)
        pool = (await self._store.wallet(str(community))).balance if limits.pool else None
        most = member_daily(limits, community, asking.user, asking.incoming.roles)
        bounds = caps(limits, community, asking.user, 0, self._desk.clock.now(), asking.incoming.roles)
        counter = next(cap.counter for cap in bounds if cap.limit == "member_daily")
        return answers.Allowance(most, (await self._store.used([counter]))[counter], pool)

    def _commands_for(self, asking: Asking) -> tuple[str, ...]:
        """The commands that whoever asks may use here and now."""
        incoming = asking.incoming
        admins = ADMIN_COMMANDS if incoming.admin and incoming.community else ()
        operators = OPERATOR_COMMANDS if self._ruling.is_operator(asking) else ()
        return tuple(dict.fromkeys((*commands.COMMANDS, *admins, *operators)))

    async def _language(self, asking: Asking, code: str | None) -> Reply:
        known = ", ".join(f"{language.name} ({key})" for key, language in LANGUAGES.items())
        if code is None:
            return asking.reply(Say.LANGUAGES, languages=known)
        chosen = language_named(code)
        if chosen is None:
            raise Answered(Say.NO_SUCH_LANGUAGE, given=code[:20], languages=known)
        await self._store.set_language(asking.user, chosen)
        return Reply(text=say(Sentence(Say.LANGUAGE_SET), chosen))

    async def _forget(self, asking: Asking) -> Reply:
        pictures, clips = await self._store.forget(asking.user)
        await self._desk.files.remove_pictures(pictures)
        await self._desk.files.remove_clips(clips)
        return asking.reply(Say.FORGOTTEN)

    async def _export(self, asking: Asking) -> Reply:
        """Everything as one file, as far as it fits the chat; an export in pieces would be nothing to look through."""
        desk = self._desk
        estate = await gather(self._store, desk.messages, desk.files, asking.account)
        most = min(EXPORT_MOST_BYTES, await self._room(asking))
        archive = io.BytesIO()
        packed = await asyncio.to_thread(pack, estate, archive, most)
        name = Say.EXPORTED_IN_PART if packed.left_out else Say.EXPORTED
        values = {"count": len(packed.left_out), "files": packed.files}
        return replace(asking.reply(name, **values), paper=Paper("reelbot-export.zip", archive.getvalue()))

    async def _room(self, asking: Asking) -> int:
        """The largest file that can be handed over where this was asked, in bytes."""
        place = asking.incoming.place
        platform = self._desk.platforms.get(place.platform)
        if platform is None:
            return EXPORT_MOST_BYTES
        try:
            async with asyncio.timeout(ROOM_WITHIN):
                return await platform.most_bytes(place)
        except (TimeoutError, OSError, NotNow, PlaceGone) as trouble:
            log.warning("unknown how much a chat takes", platform=place.platform, detail=repr(trouble))
            return ANYWHERE_BYTES

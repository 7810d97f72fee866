"""What people want to know of the bot and of themselves, and what they change about themselves."""

from dataclasses import replace

from bot.core import answers, commands
from bot.core.admin_commands import ADMIN_COMMANDS, OPERATOR_COMMANDS
from bot.core.conversing import Answered, Asking
from bot.core.desk import Desk
from bot.core.model import Paper, Reply
from bot.core.ruling import Ruling
from bot.core.terms import Terms
from bot.core.texts import LANGUAGES, Say, Sentence, say
from bot.core.using import ShowUsage


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
                lines = await self._store.receipts(str(asking.user), 8)
                return answers.credits_page(asking.account, lines, await self._desk.prices(), language)
            case commands.Models():
                limits = await self._terms.limits(asking.incoming.community)
                return answers.models(await self._desk.prices(), limits.models, language)
            case commands.Privacy():
                return answers.privacy(rules.keep_days, rules.services, language)
            case _:
                return answers.help_page(language, self._commands_for(asking))

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
        if code not in LANGUAGES:
            raise Answered(Say.NO_SUCH_LANGUAGE, given=code[:20], languages=known)
        await self._store.set_language(asking.user, code)
        return Reply(text=say(Sentence(Say.LANGUAGE_SET), code))

    async def _forget(self, asking: Asking) -> Reply:
        pictures, clips = await self._store.forget(asking.user)
        await self._desk.files.remove_pictures(pictures)
        await self._desk.files.remove_clips(clips)
        return asking.reply(Say.FORGOTTEN)

    async def _export(self, asking: Asking) -> Reply:
        jobs = await self._store.jobs_of(asking.user, 10_000)
        lines = await self._store.receipts(str(asking.user), 100_000)
        paper = Paper("reelbot-export.json", answers.export(asking.account, jobs, lines))
        return replace(asking.reply(Say.EXPORTED), paper=paper)

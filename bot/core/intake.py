"""First half of the walk: what somebody said becomes an answer, or a saved job that cannot be lost any more."""

import asyncio
from dataclasses import replace

import structlog

from bot.core import answers, commands
from bot.core.admin_commands import AdminCommand, OperatorCommand
from bot.core.banning import Banning
from bot.core.block_commands import BlockCommand, ReportJob
from bot.core.catalog import Choice, Unfit, Wish
from bot.core.commands import BadCommand
from bot.core.conversing import Answered, Asking
from bot.core.desk import Desk
from bot.core.model import Draft, FileName, Incoming, Job, JobId, Payer, Reply, Request, State
from bot.core.notes import deleted, draw
from bot.core.oneself import Oneself
from bot.core.ports import BadPicture, NotNow, PlaceGone, Platform
from bot.core.reporting import Reporting
from bot.core.ruling import Realm, Ruling
from bot.core.store import Lost, NotEnough, OverLimit, StoreTrouble
from bot.core.telling import TELL_WITHIN
from bot.core.terms import Terms, admit_age, admit_place
from bot.core.texts import Say, Sentence, say
from bot.core.using import ShowUsage

PICTURES_MOST = 2
TOO_LATE_TO_CANCEL = frozenset({State.FETCHING, State.DELIVERING})
"""The clip exists: stopping saves nobody anything."""
LOGGED_BEFORE = frozenset({
    Say.ADMINS_ONLY, Say.OPERATORS_ONLY, Say.PERSON_BLOCKED, Say.PERSON_BLOCKED_HERE, Say.SERVER_BLOCKED,
    Say.COOLING_DOWN, Say.WORDS_BLOCKED, Say.WORDS_NOT_CHECKED,
})  # fmt: skip
"""Refusals that whoever decided them has logged, with more than is known here."""
log = structlog.get_logger("reelbot.intake")


class Intake:
    """Receives everything that people say to us."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._store = desk.store
        self._terms = Terms(store=desk.store, clock=desk.clock)
        self._ruling = Ruling(
            store=desk.store,
            clock=desk.clock,
            realm=Realm(desk.catalog, desk.rules.operators, desk.rules.services),
            breaker=desk.breaker,
            admission=desk.admission,
        )
        self._banning = Banning(gate=desk.gate, is_operator=self._ruling.is_operator)
        self._reporting = Reporting(store=desk.store, clock=desk.clock, bulletins=desk.bulletins)
        self._oneself = Oneself(desk=desk, terms=self._terms, ruling=self._ruling)

    async def receive(self, incoming: Incoming) -> Reply:
        """Answer one message or click; the same `Incoming.key` never starts anything twice."""
        grants = self._desk.catalog.tariff.grants(incoming.user.id, self._desk.clock.now())
        if incoming.anonymous:
            # All anonymous admins share one name: what is given to one would be everybody's.
            grants = ()
        try:
            account = await self._store.welcome(incoming.user, grants)
        except StoreTrouble:
            return Reply(text=say(Sentence(Say.TROUBLE), incoming.user.language))
        return await self._answered(Asking(incoming, account))

    async def _answered(self, asking: Asking) -> Reply:
        try:
            return await self._obey(asking, commands.parse(asking.incoming.text))
        except (BadCommand, Unfit, Answered) as refusal:
            sentence = refusal.sentence
        except BadPicture as bad:
            sentence = Sentence(Say(bad.problem), bad.values)
        except NotEnough as poor:
            values = {"price": poor.price, "balance": poor.balance, "user": asking.user}
            sentence = Sentence(Say.NOT_ENOUGH, values)
        except OverLimit as over:
            sentence = answers.over_limit(over, self._desk.clock.now())
        except (StoreTrouble, OSError) as trouble:
            log.warning("not written down", detail=repr(trouble))
            sentence = Sentence(Say.TROUBLE)
        except Lost:
            # Between our look and our act the job went on by itself.
            sentence = Sentence(Say.STILL_UNDER_WAY)
        if sentence.say not in LOGGED_BEFORE:
            log.info(
                "refused", who=str(asking.user), where=str(asking.incoming.community or ""), why=sentence.say.value
            )
        return Reply(text=say(sentence, asking.language))

    async def _obey(self, asking: Asking, command: commands.Command) -> Reply:
        if isinstance(command, AdminCommand | OperatorCommand | BlockCommand):
            return await self._rule(asking, command)
        match command:
            case commands.Help() | commands.Models() | commands.Privacy() | ShowUsage():
                return await self._oneself.inform(asking, command)
            case _ if asking.incoming.anonymous:
                raise Answered(Say.ANONYMOUS)
            case commands.Video():
                return await self._video(asking, command)
            case commands.Again(job):
                return await self._again(asking, job)
            case commands.Answer(job, yes):
                return await self._answer(asking, job, yes=yes)
            case _:
                return await self._about_jobs(asking, command)

    async def _rule(self, asking: Asking, command: AdminCommand | OperatorCommand | BlockCommand) -> Reply:
        if isinstance(command, BlockCommand):
            return await self._banning.obey(asking, command)
        return await self._ruling.obey(asking, command)

    async def _about_jobs(self, asking: Asking, command: commands.Command) -> Reply:
        match command:
            case commands.ShowJob(job):
                return await self._show(asking, job)
            case commands.Cancel(job):
                return await self._cancel(asking, job)
            case commands.Edit(job):
                mine = await self._mine(asking, job)
                self._still_said(mine)
                return replace(asking.reply(Say.EDIT_THIS), job=mine.id, compose=answers.compose(mine))
            case commands.Delete(job):
                return await self._delete(asking, job)
            case ReportJob():
                return await self._reporting.take(asking, command)
            case _:
                return await self._oneself.inform(asking, command)

    # ------------------------------------------------------------------------------------------ making a video

    async def _video(self, asking: Asking, video: commands.Video) -> Reply:
        pictures = asking.incoming.pictures
        if len(pictures) > PICTURES_MOST:
            raise Answered(Say.TOO_MANY_PICTURES)
        reused = await self._pictures_of(asking, video.photo) if video.photo and not pictures else ()
        frames = len(pictures) or len(reused)
        choice = await self._choose(asking, _wish(video, frames))
        if not pictures:
            job, _ = await self._open(asking, choice, video, reused)
            return self._accepted(job, _about_words(asking, video))
        names, remarks = await self._keep_pictures(asking)
        try:
            job, opened = await self._open(asking, choice, video, names)
        except (NotEnough, OverLimit, StoreTrouble):
            # These alone say that nothing was written: cut off at any other moment, the job may need its pictures.
            await self._desk.files.remove_pictures(names)
            raise
        if not opened:
            await self._desk.files.remove_pictures(names)
        return self._accepted(job, *remarks, _about_words(asking, video))

    async def _again(self, asking: Asking, wanted: JobId | None) -> Reply:
        job = await self._mine(asking, wanted)
        request = job.request
        names = await self._still_there(tuple(name for name in (request.first_frame, request.last_frame) if name))
        self._still_said(job)
        video = commands.Video(
            request.prompt, request.model, request.seconds, request.resolution, spoiler=request.spoiler
        )
        choice = await self._choose(asking, _wish(video, len(names)))
        job, _ = await self._open(asking, choice, video, names)
        return self._accepted(job)

    async def _choose(self, asking: Asking, wish: Wish) -> Choice:
        community = asking.incoming.community
        await self._desk.gate.admit(asking.user, community)
        limits = await self._terms.limits(community)
        admit_place(limits, asking.incoming.place)
        catalog, breaker = await self._desk.prices(), self._desk.breaker
        await breaker.read()
        choice = catalog.choose(wish, closed=breaker.closed(), barred=breaker.shut(), allowed=limits.models)
        await self._desk.gate.read(wish.prompt, asking.user, community)
        return choice

    async def _open(
        self, asking: Asking, choice: Choice, video: commands.Video, pictures: tuple[FileName, ...]
    ) -> tuple[Job, bool]:
        """The job that is made of this message; False if it was made of an earlier arrival of the same one."""
        incoming, now = asking.incoming, self._desk.clock.now()
        first, last = (*pictures, None, None)[:2]
        shape = choice.format
        own = asking.account.wallet
        draft = Draft(
            id=self._desk.new_id(),
            key=incoming.key,
            user=asking.user,
            community=incoming.community,
            place=incoming.place,
            language=asking.language,
            request=Request(
                choice.offer.model, video.prompt, shape.seconds, shape.resolution, first, last, video.spoiler
            ),
            offer=choice.offer.key,
            price=choice.price,
            payer=own.id,
            ask_first=choice.price > self._desk.catalog.tariff.confirm_above,
            deadline=now + self._desk.rules.job_deadline,
            caps=await self._terms.caps(incoming.community, asking.user, choice.price, incoming.roles),
        )

        async def buy(payer: Payer) -> tuple[Job, bool]:
            return await self._store.open_job(replace(draft, payer=payer.wallet, pooled=payer.pooled))

        return await self._terms.paid(incoming.community, own, choice.price, buy)

    async def _answer(self, asking: Asking, wanted: JobId, *, yes: bool) -> Reply:
        job = await self._mine(asking, wanted)
        if job.state is not State.ASKING:
            raise Answered(Say.ANSWERED_BEFORE)
        if yes:
            await self._desk.gate.admit(asking.user, job.community)
        incoming, own = asking.incoming, asking.account.wallet
        # Buttons may be pressed elsewhere, where the person has other roles.
        roles = incoming.roles if incoming.community == job.community else ()
        caps = await self._terms.caps(job.community, job.user, job.price, roles)

        async def say_it(payer: Payer) -> Job:
            return await self._store.answer(job.id, yes=yes, caps=caps, payer=payer)

        return self._accepted(await self._terms.paid(job.community, own, job.price, say_it))

    def _accepted(self, job: Job, *remarks: str) -> Reply:
        """Have the job carried. Who carries it draws its note: a first word from elsewhere could come too late."""
        elsewhere = not self._desk.engine.ensure(job.id)
        text = "\n".join(filter(None, remarks))
        return Reply(text=text, job=job.id, accepted=True, note=draw(job), elsewhere=elsewhere)

    # ------------------------------------------------------------------------------------------ pictures

    async def _keep_pictures(self, asking: Asking) -> tuple[tuple[FileName, ...], list[str]]:
        """Check every picture, then keep them; nothing is kept if one of them cannot be used."""
        desk, names, remarks = self._desk, [], []
        async with desk.files.scratch() as folder:
            checked = [
                await desk.media.check_picture(picture, folder / str(number))
                for number, picture in enumerate(asking.incoming.pictures)
            ]
            for facts in checked:
                name = FileName(f"{desk.new_id()}{facts.path.suffix}")
                await desk.files.keep_picture(facts.path, name)
                names.append(name)
        if any(facts.first_of_many for facts in checked):
            remarks.append(say(Sentence(Say.PICTURE_FIRST_FRAME_ONLY), asking.language))
        if any(facts.padded for facts in checked):
            remarks.append(say(Sentence(Say.PICTURE_PADDED), asking.language))
        return tuple(names), remarks

    async def _pictures_of(self, asking: Asking, wanted: JobId) -> tuple[FileName, ...]:
        request = (await self._mine(asking, wanted)).request
        return await self._still_there(tuple(name for name in (request.first_frame, request.last_frame) if name))

    async def _still_there(self, names: tuple[FileName, ...]) -> tuple[FileName, ...]:
        for name in names:
            if not await asyncio.to_thread(self._desk.files.picture(name).exists):
                raise Answered(Say.PICTURE_NOT_KEPT, days=self._desk.rules.keep_days)
        return names

    def _still_said(self, job: Job) -> None:
        if not job.request.prompt and not job.request.first_frame:
            raise Answered(Say.PROMPT_NOT_KEPT, days=self._desk.rules.keep_days)

    # ------------------------------------------------------------------------------------------ one's own jobs

    async def _mine(self, asking: Asking, wanted: JobId | None) -> Job:
        """The job if it is this person's; the latest one if none is named."""
        if wanted is None:
            latest = await self._store.jobs_of(asking.user, 1)
            if not latest:
                raise Answered(Say.NO_JOB_YET)
            return latest[0]
        job = await self._store.job(wanted)
        if job is not None and job.user != asking.user:
            log.warning("refused somebody else's video", who=str(asking.user), what=asking.incoming.text[:40])
        if job is None or job.user != asking.user:
            raise Answered(Say.NO_SUCH_JOB, job=wanted)
        return job

    async def _show(self, asking: Asking, wanted: JobId | None) -> Reply:
        """A job's note; one that has ended with a clip is delivered again if it was named."""
        job = await self._mine(asking, wanted)
        if wanted is None or not job.state.ended or job.clip is None:
            return Reply(text="", job=job.id, note=draw(job, position=self._desk.admission.position(job.id)))
        if not await asyncio.to_thread(self._desk.files.clip(job.clip.file).exists):
            raise Answered(Say.CLIP_NOT_KEPT, days=self._desk.rules.keep_days)
        # It may be shown elsewhere now: what the admins there want of such channels holds for it too.
        admit_age(await self._terms.limits(asking.incoming.community), asking.incoming.place)
        job = await self._redelivered(asking, job)
        self._desk.engine.ensure(job.id)
        return replace(asking.reply(Say.REDELIVERING), job=job.id)

    async def _redelivered(self, asking: Asking, job: Job) -> Job:
        """The clip on its way once more, paid again where its price had been given back."""

        async def pay(payer: Payer) -> Job:
            return await self._store.redeliver(job.id, payer)

        return await self._terms.paid(job.community, asking.account.wallet, job.price, pay)

    async def _cancel(self, asking: Asking, wanted: JobId | None) -> Reply:
        if wanted is None:
            running = [job for job in await self._store.jobs_of(asking.user, 50) if not job.state.ended]
            if not running:
                raise Answered(Say.NOTHING_RUNS)
            wanted = running[0].id
        job = await self._mine(asking, wanted)
        if job.state.ended:
            raise Answered(Say.CANCEL_TOO_LATE)
        if job.state in TOO_LATE_TO_CANCEL:
            raise Answered(Say.CANCEL_REFUSED)
        job = await self._store.ask_cancel(job.id)
        self._desk.engine.ensure(job.id)
        return replace(asking.reply(Say.CANCEL_ASKED), job=job.id, in_note=True)

    async def _delete(self, asking: Asking, wanted: JobId) -> Reply:
        job = await self._mine(asking, wanted)
        if not job.state.ended:
            raise Answered(Say.STILL_UNDER_WAY)
        if job.clip is None:
            raise Answered(Say.NOTHING_TO_DELETE)
        await self._desk.files.remove_clips([name for name in (job.clip.file, job.clip.thumbnail) if name])
        if platform := self._desk.platforms.get(job.place.platform):
            await _show_deleted(platform, job)
        return replace(asking.reply(Say.DELETED), job=job.id, in_note=True)


def _wish(video: commands.Video, frames: int) -> Wish:
    return Wish(video.prompt, frames, commands.moves_in(video.prompt), video.model, video.seconds, video.resolution)


def _about_words(asking: Asking, video: commands.Video) -> str:
    """What was understood in another way than it may have been meant; usually nothing."""
    strange = commands.passed_over(video.prompt)
    return say(Sentence(Say.BRACKET_PASSED_OVER, {"given": strange[:40]}), asking.language) if strange else ""


async def _show_deleted(platform: Platform, job: Job) -> None:
    try:
        async with asyncio.timeout(TELL_WITHIN):
            await platform.show(job.place, deleted(job))
    except (PlaceGone, NotNow, OSError) as trouble:
        log.debug("could not show that a clip was deleted", platform=platform.name, detail=repr(trouble))

"""First half of the walk: what somebody said becomes an answer, or a saved job that cannot be lost any more."""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bot.core import answers, commands
from bot.core.admission import Admission
from bot.core.breaker import Breaker
from bot.core.catalog import Catalog, Choice, Unfit, Wish
from bot.core.commands import BadCommand
from bot.core.credits import caps
from bot.core.model import (
    Account,
    Cap,
    CommunityId,
    Draft,
    FileName,
    Incoming,
    Job,
    JobId,
    LimitSet,
    Paper,
    Reply,
    Request,
    State,
    UserId,
)
from bot.core.notes import deleted, draw
from bot.core.ports import (
    BadPicture,
    Clock,
    Engine,
    Files,
    Lost,
    Media,
    NotEnough,
    NotNow,
    OverLimit,
    PlaceGone,
    Platform,
    Store,
    StoreTrouble,
)
from bot.core.telling import TELL_WITHIN
from bot.core.texts import LANGUAGES, Say, Sentence, say

PICTURES_MOST = 2
TOO_LATE_TO_CANCEL = frozenset({State.FETCHING, State.DELIVERING})
"""The clip exists: stopping saves nobody anything."""
log = structlog.get_logger("reelbot.intake")

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


def new_job_id() -> JobId:
    """Ten letters and digits: some 10^15 ids, so that nobody guesses another person's."""
    return JobId("".join(secrets.choice(ALPHABET) for _ in range(10)))


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator decided about asking."""

    job_deadline: timedelta
    keep_days: int
    services: tuple[str, ...]
    """Names of the providers that really see prompts and photos, for `/privacy`."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything the intake works with."""

    store: Store
    catalog: Catalog
    media: Media
    files: Files
    engine: Engine
    admission: Admission
    breaker: Breaker
    platforms: Mapping[str, Platform]
    clock: Clock
    rules: Rules
    new_id: Callable[[], JobId] = new_job_id


class _Answered(Exception):
    """The command ends here, with this sentence."""

    def __init__(self, name: Say, **values: object) -> None:
        super().__init__(name)
        self.sentence = Sentence(name, values)


@dataclass(frozen=True, slots=True)
class _Asking:
    """One incoming message together with the account of whoever sent it."""

    incoming: Incoming
    account: Account

    @property
    def user(self) -> UserId:
        return self.account.user

    def reply(self, name: Say, **values: object) -> Reply:
        return Reply(text=say(Sentence(name, values), self.account.language))


class Intake:
    """Receives everything that people say to us."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._store = desk.store

    async def receive(self, incoming: Incoming) -> Reply:
        """Answer one message or click; the same `Incoming.key` never starts anything twice."""
        grants = self._desk.catalog.tariff.grants(incoming.user.id, self._desk.clock.now())
        try:
            account = await self._store.welcome(incoming.user, grants)
        except StoreTrouble:
            return Reply(text=say(Sentence(Say.TROUBLE), incoming.user.language))
        return await self._answered(_Asking(incoming, account))

    async def _answered(self, asking: _Asking) -> Reply:
        try:
            return await self._obey(asking, commands.parse(asking.incoming.text))
        except (BadCommand, Unfit, _Answered) as refusal:
            sentence = refusal.sentence
        except BadPicture as bad:
            sentence = Sentence(Say(bad.problem), bad.values)
        except NotEnough as poor:
            values = {"price": poor.price, "balance": poor.balance, "user": asking.user}
            sentence = Sentence(Say.NOT_ENOUGH, values)
        except OverLimit as over:
            sentence = answers.over_limit(over)
        except (StoreTrouble, OSError) as trouble:
            log.warning("not written down", detail=repr(trouble))
            sentence = Sentence(Say.TROUBLE)
        except Lost:
            # Between our look and our act the job went on by itself.
            sentence = Sentence(Say.STILL_UNDER_WAY)
        return Reply(text=say(sentence, asking.account.language))

    async def _obey(self, asking: _Asking, command: commands.Command) -> Reply:
        match command:
            case commands.Video():
                return await self._video(asking, command)
            case commands.Again(job):
                return await self._again(asking, job)
            case commands.Answer(job, yes):
                return await self._answer(asking, job, yes=yes)
            case commands.ShowJob(job):
                return await self._show(asking, job)
            case commands.Cancel(job):
                return await self._cancel(asking, job)
            case _:
                return await self._inform(asking, command)

    async def _inform(self, asking: _Asking, command: commands.Command) -> Reply:
        match command:
            case commands.Edit(job):
                mine = await self._mine(asking, job)
                return replace(asking.reply(Say.EDIT_THIS), job=mine.id, compose=answers.compose(mine))
            case commands.Delete(job):
                return await self._delete(asking, job)
            case commands.Language(code):
                return await self._language(asking, code)
            case commands.Forget(confirmed):
                return await self._forget(asking) if confirmed else asking.reply(Say.FORGET_FIRST_ASK)
            case commands.Export():
                return await self._export(asking)
            case _:
                return Reply(text=await self._page(asking, command))

    async def _page(self, asking: _Asking, command: commands.Command) -> str:
        """The commands that only read: each answers with some lines."""
        language = asking.account.language
        match command:
            case commands.ListJobs():
                return answers.jobs(await self._store.jobs_of(asking.user, 10), language)
            case commands.Credits():
                lines = await self._store.receipts(str(asking.user), 8)
                return answers.credits_page(asking.account, lines, await self._catalog(), language)
            case commands.Models():
                limits = await self._limits(asking.incoming.community)
                return answers.models(await self._catalog(), limits.models, language)
            case commands.Privacy():
                rules = self._desk.rules
                return answers.privacy(rules.keep_days, rules.services, language)
            case _:
                return answers.help_page(language)

    # ------------------------------------------------------------------------------------------ making a video

    async def _video(self, asking: _Asking, video: commands.Video) -> Reply:
        pictures = asking.incoming.pictures
        if len(pictures) > PICTURES_MOST:
            raise _Answered(Say.TOO_MANY_PICTURES)
        reused = await self._pictures_of(asking, video.photo) if video.photo and not pictures else ()
        frames = len(pictures) or len(reused)
        choice = await self._choose(asking, _wish(video, frames))
        if not pictures:
            job, _ = await self._open(asking, choice, video.prompt, reused)
            return _accepted(job)
        names, remarks = await self._keep_pictures(asking)
        try:
            job, opened = await self._open(asking, choice, video.prompt, names)
        except (NotEnough, OverLimit, StoreTrouble):
            # These alone say that nothing was written: cut off at any other moment, the job may need its pictures.
            await self._desk.files.remove_pictures(names)
            raise
        if not opened:
            await self._desk.files.remove_pictures(names)
        return replace(_accepted(job), text="\n".join(remarks))

    async def _again(self, asking: _Asking, wanted: JobId | None) -> Reply:
        job = await self._mine(asking, wanted)
        request = job.request
        names = await self._still_there(tuple(name for name in (request.first_frame, request.last_frame) if name))
        video = commands.Video(request.prompt, request.model, request.seconds, request.resolution)
        choice = await self._choose(asking, _wish(video, len(names)))
        job, _ = await self._open(asking, choice, request.prompt, names)
        return _accepted(job)

    async def _choose(self, asking: _Asking, wish: Wish) -> Choice:
        limits = await self._limits(asking.incoming.community)
        if limits.channels is not None and asking.incoming.place.channel not in limits.channels:
            raise _Answered(Say.CHANNEL_NOT_ALLOWED)
        catalog, breaker = await self._catalog(), self._desk.breaker
        return catalog.choose(wish, closed=breaker.closed(), barred=breaker.barred(), allowed=limits.models)

    async def _catalog(self) -> Catalog:
        """What can be made, at the prices of this moment."""
        return self._desk.catalog.repriced(await self._store.list_prices())

    async def _open(
        self, asking: _Asking, choice: Choice, prompt: str, pictures: tuple[FileName, ...]
    ) -> tuple[Job, bool]:
        """The job that is made of this message; False if it was made of an earlier arrival of the same one."""
        incoming, now = asking.incoming, self._desk.clock.now()
        first, last = (*pictures, None, None)[:2]
        shape = choice.format
        draft = Draft(
            id=self._desk.new_id(),
            key=incoming.key,
            user=asking.user,
            community=incoming.community,
            place=incoming.place,
            language=asking.account.language,
            request=Request(choice.offer.model, prompt, shape.seconds, shape.resolution, first, last),
            offer=choice.offer.key,
            price=choice.price,
            payer=asking.account.wallet.id,
            ask_first=choice.price > self._desk.catalog.tariff.confirm_above,
            deadline=now + self._desk.rules.job_deadline,
            caps=await self._caps(incoming.community, asking.user, choice.price),
        )
        job, opened = await self._store.open_job(draft)
        self._desk.engine.ensure(job.id)
        return job, opened

    async def _answer(self, asking: _Asking, wanted: JobId, *, yes: bool) -> Reply:
        job = await self._mine(asking, wanted)
        if job.state is not State.ASKING:
            raise _Answered(Say.ANSWERED_BEFORE)
        job = await self._store.answer(job.id, yes=yes, caps=await self._caps(job.community, job.user, job.price))
        self._desk.engine.ensure(job.id)
        return _accepted(job)

    # ------------------------------------------------------------------------------------------ pictures

    async def _keep_pictures(self, asking: _Asking) -> tuple[tuple[FileName, ...], list[str]]:
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
            remarks.append(say(Sentence(Say.PICTURE_FIRST_FRAME_ONLY), asking.account.language))
        if any(facts.padded for facts in checked):
            remarks.append(say(Sentence(Say.PICTURE_PADDED), asking.account.language))
        return tuple(names), remarks

    async def _pictures_of(self, asking: _Asking, wanted: JobId) -> tuple[FileName, ...]:
        request = (await self._mine(asking, wanted)).request
        return await self._still_there(tuple(name for name in (request.first_frame, request.last_frame) if name))

    async def _still_there(self, names: tuple[FileName, ...]) -> tuple[FileName, ...]:
        for name in names:
            if not await asyncio.to_thread(self._desk.files.picture(name).exists):
                raise _Answered(Say.PICTURE_NOT_KEPT, days=self._desk.rules.keep_days)
        return names

    # ------------------------------------------------------------------------------------------ one's own jobs

    async def _mine(self, asking: _Asking, wanted: JobId | None) -> Job:
        """The job if it is this person's; the latest one if none is named."""
        if wanted is None:
            latest = await self._store.jobs_of(asking.user, 1)
            if not latest:
                raise _Answered(Say.NO_JOB_YET)
            return latest[0]
        job = await self._store.job(wanted)
        if job is None or job.user != asking.user:
            raise _Answered(Say.NO_SUCH_JOB, job=wanted)
        return job

    async def _show(self, asking: _Asking, wanted: JobId | None) -> Reply:
        """A job's note; one that has ended with a clip is delivered again if it was named."""
        job = await self._mine(asking, wanted)
        if wanted is None or not job.state.ended or job.clip is None:
            return Reply(text="", job=job.id, note=draw(job, position=self._desk.admission.position(job.id)))
        if not await asyncio.to_thread(self._desk.files.clip(job.clip.file).exists):
            raise _Answered(Say.CLIP_NOT_KEPT, days=self._desk.rules.keep_days)
        job = await self._store.redeliver(job.id)
        self._desk.engine.ensure(job.id)
        return replace(asking.reply(Say.REDELIVERING), job=job.id)

    async def _cancel(self, asking: _Asking, wanted: JobId | None) -> Reply:
        if wanted is None:
            running = [job for job in await self._store.jobs_of(asking.user, 50) if not job.state.ended]
            if not running:
                raise _Answered(Say.NOTHING_RUNS)
            wanted = running[0].id
        job = await self._mine(asking, wanted)
        if job.state.ended:
            raise _Answered(Say.CANCEL_TOO_LATE)
        if job.state in TOO_LATE_TO_CANCEL:
            raise _Answered(Say.CANCEL_REFUSED)
        job = await self._store.ask_cancel(job.id)
        self._desk.engine.ensure(job.id)
        return replace(asking.reply(Say.CANCEL_ASKED), job=job.id)

    async def _delete(self, asking: _Asking, wanted: JobId) -> Reply:
        job = await self._mine(asking, wanted)
        if not job.state.ended:
            raise _Answered(Say.STILL_UNDER_WAY)
        if job.clip is None:
            raise _Answered(Say.NOTHING_TO_DELETE)
        await self._desk.files.remove_clips([name for name in (job.clip.file, job.clip.thumbnail) if name])
        if platform := self._desk.platforms.get(job.place.platform):
            await _show_deleted(platform, job)
        return replace(asking.reply(Say.DELETED), job=job.id)

    # ------------------------------------------------------------------------------------------ oneself

    async def _language(self, asking: _Asking, code: str | None) -> Reply:
        known = ", ".join(f"{language.name} ({key})" for key, language in LANGUAGES.items())
        if code is None:
            return asking.reply(Say.LANGUAGES, languages=known)
        if code not in LANGUAGES:
            raise _Answered(Say.NO_SUCH_LANGUAGE, given=code[:20], languages=known)
        await self._store.set_language(asking.user, code)
        return Reply(text=say(Sentence(Say.LANGUAGE_SET), code))

    async def _forget(self, asking: _Asking) -> Reply:
        pictures, clips = await self._store.forget(asking.user)
        await self._desk.files.remove_pictures(pictures)
        await self._desk.files.remove_clips(clips)
        return asking.reply(Say.FORGOTTEN)

    async def _export(self, asking: _Asking) -> Reply:
        jobs = await self._store.jobs_of(asking.user, 10_000)
        lines = await self._store.receipts(str(asking.user), 100_000)
        paper = Paper("reelbot-export.json", answers.export(asking.account, jobs, lines))
        return replace(asking.reply(Say.EXPORTED), paper=paper)

    # ------------------------------------------------------------------------------------------ limits

    async def _limits(self, community: CommunityId | None) -> LimitSet:
        return await self._store.limits_of(community) if community else LimitSet()

    async def _caps(self, community: CommunityId | None, user: UserId, price: int) -> tuple[Cap, ...]:
        limits = await self._limits(community)
        return tuple(caps(limits, community, user, price, self._desk.clock.now()))


def _wish(video: commands.Video, frames: int) -> Wish:
    return Wish(video.prompt, frames, commands.moves_in(video.prompt), video.model, video.seconds, video.resolution)


def _accepted(job: Job) -> Reply:
    return Reply(text="", job=job.id, accepted=True, note=draw(job))


async def _show_deleted(platform: Platform, job: Job) -> None:
    try:
        async with asyncio.timeout(TELL_WITHIN):
            await platform.show(job.place, deleted(job))
    except (PlaceGone, NotNow, OSError) as trouble:
        log.debug("could not show that a clip was deleted", platform=platform.name, detail=repr(trouble))

"""One job's life, top to bottom: every line may be the last before a crash, and `carry` goes on from any state.

asking → queued → submitting → rendering → fetching → delivering → delivered, and the ways out of it. The paid call is
written down before it is made and never made twice; a clip is posted only by the job's present carrier; the price is
spent or given back in the same transaction as the state that decides it.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog

from bot.core.admission import Admission
from bot.core.asking import NotAsked, ask, find
from bot.core.bells import Bells
from bot.core.catalog import Catalog, Wish
from bot.core.delivery import Deliverer
from bot.core.estimate import Estimate, Estimates
from bot.core.fetching import Fetcher
from bot.core.model import Charge, FileName, Job, JobId, Reason, State
from bot.core.moves import DAY, Moves, growing, spread
from bot.core.notes import draw
from bot.core.ports import Change, Clock, Files, Media, Platform, Store
from bot.core.telling import Teller
from providers.contract import Cancels, Done, Failed, FailReason, Order, Picture, Provider, Running, Ticket
from providers.errors import (
    Misconfigured,
    OutcomeUnknown,
    ProviderError,
    RefusalKind,
    Refused,
    TryLater,
    UnexpectedReply,
)

ASKING_FOR = timedelta(minutes=15)
"""How long a question about the price stands."""
SUBMIT_WITHIN = 120.0
"""Seconds that the paid call may take."""
CANCEL_WITHIN = 30.0
"""Seconds that a provider may take to say whether it stops."""
MISCONFIGURED_FOR = timedelta(minutes=10)
"""How long a provider whose key, balance or plan is at fault is left alone."""
DRAWN_WITHIN = 10.0
"""Seconds after which a job that has a note has surely been drawn in its state, if only by an earlier process."""

log = structlog.get_logger("reelbot.life")


@dataclass(frozen=True, slots=True)
class Addresses:
    """How the outside world reaches us about one job; each gives None where it cannot."""

    callback: Callable[[str, JobId], str | None]
    """From a provider's name and a job to the address that carries the job's own signed token."""
    picture: Callable[[FileName], str | None]


@dataclass(frozen=True, slots=True)
class World:
    """Everything a life touches outside itself."""

    store: Store
    providers: Mapping[str, Provider]
    platforms: Mapping[str, Platform]
    files: Files
    media: Media
    clock: Clock
    addresses: Addresses


class Life:
    """Carries jobs, one call of `carry` each."""

    def __init__(self, *, world: World, catalog: Catalog, admission: Admission, bells: Bells) -> None:
        self._world = world
        self._providers = world.providers
        self._clock = world.clock
        self._catalog = catalog
        self._admission = admission
        self._bells = bells
        self._estimates = Estimates(store=world.store)
        moves = Moves(store=world.store, admission=admission, bells=bells, clock=world.clock)
        teller = Teller(platforms=world.platforms, moves=moves, clock=world.clock)
        fetcher = Fetcher(providers=world.providers, files=world.files, media=world.media, moves=moves, teller=teller)
        deliverer = Deliverer(
            platforms=world.platforms, store=world.store, files=world.files, media=world.media, moves=moves
        )
        self._moves = moves
        self._teller = teller
        self._steps: Mapping[State, Callable[[Job], Awaitable[Job]]] = {
            State.ASKING: self._asking,
            State.QUEUED: self._queued,
            State.SUBMITTING: self._submitting,
            State.RENDERING: self._rendering,
            State.FETCHING: fetcher.fetch,
            State.DELIVERING: deliverer.deliver,
            State.UNSURE: self._unsure,
            State.OVERDUE: self._overdue,
        }

    async def carry(self, job: Job) -> None:
        """Carry a job from wherever it is to its end.

        Raises:
            Lost: Somebody else carries it now, or changed it: read it again.
            Stopping: The house is closing; the job goes on at the next start.
        """
        while job.alive:
            self._bells.go_on()
            if job.untold:
                job = await self._teller.tell(job)
            else:
                job = await self._steps[job.state](job)

    async def bury(self, job: Job) -> None:
        """End a job that a bug keeps from going on: the price goes back, and a paid call stays unknown."""
        endings = {State.SUBMITTING: State.UNSURE, State.ASKING: State.CANCELLED, State.DELIVERING: State.UNDELIVERED}
        if job.state.ended:
            await self._moves.told(job, None)
        else:
            await self.carry(await self._moves.end(job, endings.get(job.state, State.FAILED), Reason.BUG))

    # ------------------------------------------------------------------------------------------ before the paid call

    async def _asking(self, job: Job) -> Job:
        left = self._moves.seconds_until(job.changed_at + ASKING_FOR)
        if job.cancel_asked or left <= 0:
            reason = Reason.BY_PERSON if job.cancel_asked else Reason.NO_ANSWER
            return await self._moves.end(job, State.CANCELLED, reason)
        return await self._moves.wait(job, left)

    async def _queued(self, job: Job) -> Job:
        self._admission.poke()
        pauses = growing(2.0, 30.0)
        while job.state is State.QUEUED:
            if job.cancel_asked:
                return await self._moves.end(job, State.CANCELLED, Reason.BY_PERSON)
            left = self._moves.seconds_until(job.deadline)
            if left <= 0:
                return await self._moves.end(job, State.FAILED, Reason.WAITED_TOO_LONG)
            if job.admitted_at is not None or job.provider not in self._providers:
                return await self._submit(job)
            estimate = await self._estimate(job)
            position = self._admission.position(job.id)
            job = await self._teller.show(job, draw(job, position=position, remaining=estimate.typical()))
            job = await self._moves.wait(job, min(next(pauses), left))
        return job

    # ------------------------------------------------------------------------------------------ the paid call

    async def _submit(self, job: Job) -> Job:
        provider = self._providers.get(job.provider)
        if provider is None:
            return await self._move_on(job, "the provider is no longer configured")
        order = self._order(job)
        if missing := await asyncio.to_thread(_missing, order):
            log.error("a picture is no longer on disk", missing=str(missing))
            return await self._moves.end(job, State.FAILED, Reason.BUG, detail=f"{missing.name} is gone")
        job = await self._moves.begin(job, Change(to=State.SUBMITTING, begins_attempt=True))
        return await self._call(job, provider, order)

    async def _call(self, job: Job, provider: Provider, order: Order) -> Job:
        callback_url = self._world.addresses.callback(provider.name, job.id)
        try:
            async with asyncio.timeout(SUBMIT_WITHIN):
                ticket = await provider.submit(order, callback_url=callback_url)
        except TryLater as later:
            until = self._admission.close(provider.name, wait=later.after)
            return await self._moves.move(job, Change(to=State.QUEUED, not_before=until, detail=str(later)))
        except Refused as refusal:
            reason = Reason.CONTENT if refusal.kind is RefusalKind.CONTENT else Reason.INPUT
            return await self._moves.end(job, State.FAILED, reason, detail=str(refusal))
        except Misconfigured as mistake:
            detail = f"{mistake.kind.value}: {mistake}"
            log.error("provider closed", provider=provider.name, detail=detail)  # noqa: TRY400 the operator's to mend
            self._admission.close(provider.name, wait=MISCONFIGURED_FOR)
            return await self._move_on(job, str(mistake))
        except (OutcomeUnknown, UnexpectedReply, TimeoutError) as lost:
            log.warning("a paid call's answer was lost", provider=provider.name, detail=repr(lost))
            return await self._submitting(job)
        self._admission.accepted(provider.name)
        return await self._accepted(job, ticket)

    async def _accepted(self, job: Job, ticket: Ticket) -> Job:
        change = Change(to=State.RENDERING, ticket=ticket.id, cost_micros=ticket.cost_micros)
        return await self._moves.move(job, change)

    async def _move_on(self, job: Job, detail: str) -> Job:
        """After a verified refusal: the next offer of the same model, at the price that is already held."""
        request = job.request
        frames = (request.first_frame is not None) + (request.last_frame is not None)
        wish = Wish(request.prompt, frames, frozenset(), request.model, request.seconds, request.resolution)
        closed = self._admission.closed() | {job.provider}
        choice = self._catalog.next_offer(wish, tried=frozenset({job.offer}), closed=closed)
        if choice is None:
            return await self._moves.end(job, State.FAILED, Reason.NO_PROVIDER, detail=detail)
        return await self._moves.move(job, Change(to=State.QUEUED, offer=choice.offer.key, detail=detail))

    async def _submitting(self, job: Job) -> Job:
        """Found in the middle of a paid call whose answer nobody has: ask, or call it unknown. Never call again."""
        try:
            ticket = await find(job, self._providers.get(job.provider))
        except NotAsked:
            log.error("unsure whether a paid call was accepted", provider=job.provider)  # noqa: TRY400 no bug
            detail = "the answer to the paid call was lost"
            return await self._moves.move(job, Change(to=State.UNSURE, charge=Charge.RELEASED, detail=detail))
        if ticket is None:
            return await self._moves.move(job, Change(to=State.QUEUED, detail="verifiably never accepted"))
        return await self._accepted(job, ticket)

    async def _unsure(self, job: Job) -> Job:
        """Wait a day for a callback that adopts the provider's ticket, asking by ourselves where that is possible."""
        end = self._moves.chance_until(job.changed_at + DAY)
        pauses = growing(60.0, 3600.0)
        while job.state is State.UNSURE:
            if job.cancel_asked:
                return await self._moves.end(job, State.CANCELLED, Reason.BY_PERSON)
            if self._moves.seconds_until(end) <= 0:
                return await self._moves.end(job, State.FAILED, Reason.NEVER_CAME)
            job = await self._moves.wait(job, min(next(pauses), self._moves.seconds_until(end)))
            with contextlib.suppress(NotAsked):
                if job.state is State.UNSURE and (ticket := await find(job, self._providers.get(job.provider))):
                    return await self._accepted(job, ticket)
        return job

    # ------------------------------------------------------------------------------------------ while it is made

    async def _rendering(self, job: Job) -> Job:
        provider = self._providers.get(job.provider)
        estimate = await self._estimate(job)
        pause = estimate.next_ask(self._elapsed(job)) * (0.3 + 0.7 * spread(job.id))
        troubles, percent, drawn = 0, None, self._drawn_before(job)
        while job.state is State.RENDERING:
            if job.cancel_asked and not job.cancel_refused:
                job, drawn = await self._cancel(job, provider), False
                continue
            left = self._moves.seconds_until(job.deadline)
            if left <= 0:
                return await self._moves.move(job, Change(to=State.OVERDUE, charge=Charge.RELEASED))
            job = job if drawn else await self._show_rendering(job, estimate, percent)
            job, drawn = await self._moves.wait(job, min(pause, left)), False
            if job.state is not State.RENDERING or (job.cancel_asked and not job.cancel_refused):
                continue
            progress = await ask(job, provider)
            if isinstance(progress, Done | Failed):
                return await self._made(job, progress)
            troubles = troubles + 1 if progress is None else 0
            percent = progress.percent if isinstance(progress, Running) else percent
            trouble_pause = min(60.0, 2.5 * 2.0**troubles) if troubles else 0.0
            pause = max(estimate.next_ask(self._elapsed(job)), trouble_pause)
        return job

    def _drawn_before(self, job: Job) -> bool:
        """Whether a restart found it: thousands of notes are not drawn anew before there is anything new to say."""
        return job.handle is not None and self._moves.seconds_until(job.changed_at) < -DRAWN_WITHIN

    async def _show_rendering(self, job: Job, estimate: Estimate, percent: float | None) -> Job:
        elapsed = self._elapsed(job)
        known = percent if percent is not None else estimate.percent(elapsed)
        return await self._teller.show(job, draw(job, percent=known, remaining=estimate.remaining(elapsed)))

    async def _made(self, job: Job, progress: Done | Failed) -> Job:
        if isinstance(progress, Failed):
            reasons = {FailReason.CONTENT: Reason.CONTENT, FailReason.INPUT: Reason.INPUT}
            reason = reasons.get(progress.reason, Reason.PROVIDER)
            return await self._moves.end(job, State.FAILED, reason, detail=progress.detail)
        if job.state is State.RENDERING:
            await self._estimates.learn(job.offer, self._elapsed(job))
        change = Change(to=State.FETCHING, result_url=progress.url, cost_micros=progress.cost_micros)
        return await self._moves.move(job, change)

    async def _cancel(self, job: Job, provider: Provider | None) -> Job:
        stopped = False
        if isinstance(provider, Cancels) and job.ticket is not None:
            try:
                async with asyncio.timeout(CANCEL_WITHIN):
                    stopped = await provider.cancel(Ticket(job.ticket))
            except (ProviderError, OSError) as trouble:
                log.warning("could not cancel", provider=job.provider, detail=repr(trouble))
        if stopped or job.state is State.OVERDUE:
            return await self._moves.end(job, State.CANCELLED, Reason.BY_PERSON)
        return await self._world.store.cancel_refused(job)

    async def _overdue(self, job: Job) -> Job:
        """The price has been given back; ask ever more rarely for a day, and deliver a late clip free."""
        provider = self._providers.get(job.provider)
        end = self._moves.chance_until(job.deadline + DAY)
        pauses = growing(60.0, 3600.0)
        while job.state is State.OVERDUE:
            if job.cancel_asked:
                return await self._cancel(job, provider)
            if self._moves.seconds_until(end) <= 0:
                return await self._moves.end(job, State.FAILED, Reason.NEVER_CAME)
            job = await self._moves.wait(job, min(next(pauses), self._moves.seconds_until(end)))
            progress = await ask(job, provider) if job.state is State.OVERDUE else None
            if isinstance(progress, Done | Failed):
                return await self._made(job, progress)
        return job

    # ------------------------------------------------------------------------------------------ small verbs

    async def _estimate(self, job: Job) -> Estimate:
        provider = self._providers.get(job.provider)
        return await self._estimates.of(job.offer, least=provider.pace.ask_seconds_least if provider else 10.0)

    def _order(self, job: Job) -> Order:
        request = job.request
        return Order(
            reference=job.id,
            wire_model=job.offer.partition("/")[2],
            prompt=request.prompt,
            seconds=request.seconds,
            resolution=request.resolution,
            first_frame=self._picture(request.first_frame),
            last_frame=self._picture(request.last_frame),
        )

    def _picture(self, name: FileName | None) -> Picture | None:
        if name is None:
            return None
        media_type = "image/png" if name.endswith(".png") else "image/jpeg"
        return Picture(self._world.files.picture(name), media_type, self._world.addresses.picture(name))

    def _elapsed(self, job: Job) -> float:
        since = job.submitted_at or job.changed_at
        return (self._clock.now() - since).total_seconds()


def _missing(order: Order) -> Path | None:
    """A picture that is not there: found now, it costs nothing; found by the paid call, nobody knew what it did."""
    pictures = (order.first_frame, order.last_frame)
    return next((picture.path for picture in pictures if picture and not picture.path.exists()), None)

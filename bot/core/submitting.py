"""The paid call and all around it: the wait for its turn, the call that is never repeated, and an answer that was lost.

Only a verified refusal lets a job go anywhere else: back into the queue, or on to another provider of the same model.
"""

import asyncio
import contextlib
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.core.asking import NotAsked
from bot.core.breaker import barred_by
from bot.core.catalog import Catalog, Wish
from bot.core.commands import moves_in
from bot.core.gear import Gear
from bot.core.model import Charge, Job, Reason, State
from bot.core.moves import DAY, growing
from bot.core.notes import draw
from bot.core.ordering import missing, order_of
from bot.core.standstill import moment
from bot.core.store import Change, Lost
from bot.core.terms import Terms
from providers.contract import Order, Provider, Ticket
from providers.errors import Misconfigured, NotReady, ProviderError, RefusalKind, Refused, TryLater

SUBMIT_WITHIN = 120.0
"""Seconds that the paid call may take."""
PATIENCE = 3
"""A provider that put a job off this often loses it to another one that makes the same model, if there is one."""

LOOK_WITHIN = 20.0
"""Seconds that a look at the pictures of a job may take."""
UNREADY_PAUSE = timedelta(seconds=20)
"""How long pictures that cannot be read are left alone; longer after each further call that was begun."""

log = structlog.get_logger("reelbot.life")


class Submitter:
    """Carries a job from `queued` to `rendering`, and out of `unsure`."""

    def __init__(self, *, gear: Gear, catalog: Catalog) -> None:
        self._gear = gear
        self._catalog = catalog
        self._moves = gear.moves
        self._breaker = gear.breaker
        self._asker = gear.asker
        self._terms = Terms(store=gear.world.store, clock=gear.world.clock)

    async def wait_for_turn(self, job: Job) -> Job:
        """`queued`: show position and estimate until it is the job's turn."""
        self._gear.admission.poke()
        pauses = growing(2.0, 30.0)
        while job.state is State.QUEUED:
            if job.cancel_asked:
                return await self._moves.end(job, State.CANCELLED, Reason.BY_PERSON)
            left = self._moves.seconds_until(job.deadline)
            if left <= 0:
                return await self._moves.end(job, State.FAILED, Reason.WAITED_TOO_LONG)
            if self._breaker.barred() & {job.provider, job.offer}:
                return await self._move_on(job, "its provider was closed")
            paused = job.provider in self._breaker.paused()
            if paused and (offer := await self._elsewhere(job)):
                change = Change(to=State.QUEUED, offer=offer, detail="its provider was paused")
                return await self._moves.move(job, change)
            if (job.admitted_at is not None and not paused) or self._gear.provider(job) is None:
                return await self._submit(job)
            job = await self._show_place(job)
            job = await self._moves.wait(job, min(next(pauses), left))
            if self._gear.admission.position(job.id) is None:
                # It waits no more, and the word of it may have been missed.
                job = await self._moves.reread(job)
        return job

    async def _show_place(self, job: Job) -> Job:
        if job.provider in self._breaker.paused():
            # Nobody knows when its turn comes.
            return await self._gear.teller.show(job, draw(job))
        position = self._gear.admission.position(job.id)
        pace = self._gear.world.providers[job.provider].pace
        remaining = (await self._gear.estimate(job)).from_queue(position or 1, pace)
        return await self._gear.teller.show(job, draw(job, position=position, remaining=remaining))

    # ------------------------------------------------------------------------------------------ the paid call

    async def _submit(self, job: Job) -> Job:
        provider = self._gear.provider(job)
        if provider is None:
            return await self._move_on(job, "the provider is no longer configured")
        order = order_of(job, self._gear.world.files, self._gear.world.addresses)
        try:
            async with asyncio.timeout(LOOK_WITHIN):
                gone = await asyncio.to_thread(missing, order)
        except OSError as trouble:
            return await self._once_more(job, f"a picture of ours cannot be looked at: {trouble!r}")
        if gone is not None:
            log.error("a picture is no longer on disk", missing=str(gone))
            return await self._moves.end(job, State.FAILED, Reason.BUG, detail=f"{gone.name} is gone")
        if detail := await self._terms.forbidden(job) or await self._gear.gate.forbidden(job):
            return await self._moves.end(job, State.CANCELLED, Reason.NOT_ALLOWED, detail=detail)
        since = moment()
        job = await self._moves.begin(job, Change(to=State.SUBMITTING, begins_attempt=True))
        since = await self._moves.last_look(job, since)

        async def look() -> None:
            await self._moves.last_look(job, since)

        return await self._call(job, provider, replace(order, last_look=look))

    async def _call(self, job: Job, provider: Provider, order: Order) -> Job:
        callback_url = self._gear.world.addresses.callback(provider.name, job.id)
        try:
            async with asyncio.timeout(SUBMIT_WITHIN):
                ticket = await provider.submit(order, callback_url=callback_url)
        except NotReady as unready:
            return await self._once_more(job, str(unready))
        except TryLater as later:
            until = await self._breaker.rest(provider.name, str(later), wait=later.after)
            return await self._later(job, until, str(later))
        except Refused as refusal:
            reason = Reason.CONTENT if refusal.kind is RefusalKind.CONTENT else Reason.INPUT
            return await self._moves.end(job, State.FAILED, reason, detail=str(refusal))
        except Misconfigured as mistake:
            await self._breaker.bar(barred_by(job, mistake), mistake)
            return await self._move_on(job, str(mistake))
        except (ProviderError, OSError) as lost:
            log.warning("a paid call's answer was lost", provider=provider.name, detail=repr(lost))
            await self._breaker.noticed(provider.name, str(lost) or repr(lost))
            return await self.resolve(job)
        job = await self._accepted(job, ticket)
        await self._breaker.worked(provider.name, job.offer)
        return job

    async def _accepted(self, job: Job, ticket: Ticket) -> Job:
        change = Change(to=State.RENDERING, ticket=ticket.id, cost_micros=ticket.cost_micros)
        try:
            return await self._moves.move(job, change)
        except Lost:
            # Another host has taken the job over in the middle of the call, and cannot know what came of it.
            await self._moves.hand_on(job, ticket.id)
            raise

    async def _later(self, job: Job, until: datetime, detail: str) -> Job:
        """Put off, verifiably not made: wait, or go to another provider if this one has done it too often."""
        if job.attempt >= PATIENCE and (offer := await self._another_offer(job, self._breaker.closed())):
            return await self._moves.move(job, Change(to=State.QUEUED, offer=offer, detail=detail))
        return await self._moves.move(job, Change(to=State.QUEUED, not_before=until, detail=detail))

    async def _once_more(self, job: Job, detail: str) -> Job:
        """What is to be sent cannot be read just now: a disk may come to its senses, and no provider is to blame."""
        until = self._gear.world.clock.now() + UNREADY_PAUSE * max(1, job.attempt)
        if until >= job.deadline:
            return await self._moves.end(job, State.FAILED, Reason.BUG, detail=detail)
        return await self._moves.move(job, Change(to=State.QUEUED, not_before=until, detail=detail))

    async def _move_on(self, job: Job, detail: str) -> Job:
        """After a verified refusal: the next offer of the same model, at the price that is already held."""
        offer = await self._elsewhere(job)
        if offer is None:
            return await self._moves.end(job, State.FAILED, Reason.NO_PROVIDER, detail=detail)
        return await self._moves.move(job, Change(to=State.QUEUED, offer=offer, detail=detail))

    async def _elsewhere(self, job: Job) -> str | None:
        """The best other offer that is open, else one that is only busy."""
        closed, shut = self._breaker.closed(), self._breaker.shut()
        return await self._another_offer(job, closed) or await self._another_offer(job, shut)

    async def _another_offer(self, job: Job, closed: frozenset[str]) -> str | None:
        """Another way to the same model that is not *closed*, at the prices of this moment."""
        request = job.request
        frames = (request.first_frame is not None) + (request.last_frame is not None)
        moves = moves_in(request.prompt)
        wish = Wish(request.prompt, frames, moves, request.model, request.seconds, request.resolution)
        # A verified refusal is known nowhere else: a database in trouble must not turn it into a lost call.
        prices = await self._moves.patiently(job.id, self._gear.world.store.list_prices)
        choice = self._catalog.repriced(prices).next_offer(wish, closed=closed | {job.provider})
        return None if choice is None else choice.offer.key

    # ------------------------------------------------------------------------------------------ a lost answer

    async def resolve(self, job: Job) -> Job:
        """`submitting` without an answer: hear its callback, ask, or call it unknown. Never call again."""
        job = await self._moves.reread(job)
        if job.state is State.SUBMITTING and job.ticket is not None:
            # Its callback came before the answer, and named the task.
            return await self._accepted(job, Ticket(job.ticket))
        try:
            ticket = await self._found(job)
        except NotAsked:
            log.error("unsure whether a paid call was accepted", provider=job.provider)  # noqa: TRY400 no bug
            detail = "the answer to the paid call was lost"
            return await self._moves.move(job, Change(to=State.UNSURE, charge=Charge.RELEASED, detail=detail))
        if ticket is None:
            return await self._moves.move(job, Change(to=State.QUEUED, detail="verifiably never accepted"))
        return await self._accepted(job, ticket)

    async def _found(self, job: Job) -> Ticket | None:
        """The task that the provider says the lost call has made; None means verifiably none.

        Raises:
            NotAsked: Nobody can say, or it is the task of another call, which a clock that was wrong has put at
                another time.
        """
        ticket = await self._asker.find(job)
        if ticket is not None and await self._gear.world.store.is_anothers(job, ticket.id):
            log.warning("what was found is the task of another call", provider=job.provider, ticket=ticket.id)
            raise NotAsked
        return ticket

    async def wait_for_word(self, job: Job) -> Job:
        """`unsure`: wait a day for a callback that names the task, asking by ourselves where that is possible."""
        end = self._moves.chance_until(job.changed_at + DAY)
        pauses = growing(60.0, 3600.0)
        while job.state is State.UNSURE:
            if job.cancel_asked:
                return await self._moves.end(job, State.CANCELLED, Reason.BY_PERSON)
            if self._moves.seconds_until(end) <= 0:
                return await self._moves.end(job, State.FAILED, Reason.NEVER_CAME)
            job = await self._moves.wait(job, min(next(pauses), self._moves.seconds_until(end)))
            with contextlib.suppress(NotAsked):
                if job.state is State.UNSURE and (ticket := await self._found(job)):
                    return await self._accepted(job, ticket)
        return job

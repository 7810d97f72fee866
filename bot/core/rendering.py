"""While a clip is made: asking how it goes at the right moments, stopping it on request, and giving up in time."""

import asyncio

import structlog

from bot.core.asking import Silence
from bot.core.estimate import FRESH, Estimate
from bot.core.gear import Gear
from bot.core.model import Charge, Job, Reason, State
from bot.core.moves import DAY, growing, spread
from bot.core.notes import draw
from bot.core.ordering import wire_model
from bot.core.store import Change
from providers.contract import Cancels, Done, Failed, FailReason, Progress, Running, Ticket
from providers.errors import ProviderError

CANCEL_WITHIN = 30.0
"""Seconds that a provider may take to say whether it stops."""
DRAWN_WITHIN = 10.0
"""Seconds after which a job that has a note has surely been drawn in its state, if only by an earlier process."""
DISOWNED_MOST = 6
"""A provider has to say so often in a row that it does not know a task before it is believed."""
LEFT_ALONE_MOST = 600.0
"""Seconds between two questions at the most, whatever a provider asks for: people wait."""
DISOWNED_SECONDS = 120.0
"""And not before the task is this old: some providers show a new task only after a while."""

log = structlog.get_logger("reelbot.life")


class Renderer:
    """Carries a job from `rendering` or `overdue` to `fetching`, or to its end."""

    def __init__(self, *, gear: Gear) -> None:
        self._gear = gear
        self._moves = gear.moves
        self._asker = gear.asker

    async def wait_for_clip(self, job: Job) -> Job:
        """`rendering`: ask rarely while it cannot be ready, often when it is about to be."""
        estimate = await self._gear.estimate(job)
        elapsed = self._gear.elapsed(job)
        pause = estimate.first_ask(elapsed, spread(job.id))
        unready = 0.0 if elapsed < FRESH else None
        patience, percent, drawn = _Patience(), None, self._drawn_before(job)
        while job.state is State.RENDERING:
            if job.cancel_asked and not job.cancel_refused:
                job, drawn = await self._cancel(job), False
                continue
            left = self._moves.seconds_until(job.deadline)
            if left <= 0:
                return await self._moves.move(job, Change(to=State.OVERDUE, charge=Charge.RELEASED))
            job = job if drawn else await self._show(job, estimate, percent)
            before, job = job, await self._moves.wait(job, min(pause, left))
            drawn = not self._gear.teller.watched(job)
            if job.state is not State.RENDERING or (job.cancel_asked and not job.cancel_refused):
                continue
            answer = patience.judged(await self._asker.ask(job), elapsed := self._gear.elapsed(job))
            if isinstance(answer, Done | Failed):
                called = job is not before
                return await self._made(job, answer, elapsed if called else _between(unready, elapsed, job))
            unready = unready if isinstance(answer, Silence) else elapsed
            percent = answer.percent if isinstance(answer, Running) else percent
            pause = max(estimate.next_ask(elapsed), patience.pause)
        return job

    async def wait_for_late_clip(self, job: Job) -> Job:
        """`overdue`: the price was given back; ask ever more rarely for a day, and deliver a late clip free."""
        end = self._moves.chance_until(job.deadline + DAY)
        pauses, patience = growing(60.0, 3600.0), _Patience()
        while job.state is State.OVERDUE:
            if job.cancel_asked:
                return await self._cancel(job)
            if self._moves.seconds_until(end) <= 0:
                return await self._moves.end(job, State.FAILED, Reason.NEVER_CAME)
            job = await self._moves.wait(job, min(next(pauses), self._moves.seconds_until(end)))
            if job.state is not State.OVERDUE:
                continue
            answer = patience.judged(await self._asker.ask(job), self._gear.elapsed(job))
            if isinstance(answer, Done | Failed):
                return await self._made(job, answer, None)
        return job

    async def _made(self, job: Job, progress: Done | Failed, ready: float | None) -> Job:
        """Go on with what was made; *ready* is how many seconds after its submit it was, if that says anything."""
        if isinstance(progress, Failed):
            reasons = {FailReason.CONTENT: Reason.CONTENT, FailReason.INPUT: Reason.INPUT}
            reason = reasons.get(progress.reason, Reason.PROVIDER)
            return await self._moves.end(job, State.FAILED, reason, detail=progress.detail)
        if ready is not None:
            await self._gear.estimates.learn(job.offer, ready)
        change = Change(to=State.FETCHING, result_url=progress.url, cost_micros=progress.cost_micros)
        return await self._moves.move(job, change)

    async def _cancel(self, job: Job) -> Job:
        provider, stopped = self._gear.provider(job), False
        if isinstance(provider, Cancels) and job.ticket is not None:
            try:
                async with asyncio.timeout(CANCEL_WITHIN):
                    stopped = await provider.cancel(Ticket(job.ticket, wire_model=wire_model(job)))
            except (ProviderError, OSError) as trouble:
                log.warning("could not cancel", provider=job.provider, detail=repr(trouble))
        if stopped or job.state is State.OVERDUE:
            return await self._moves.end(job, State.CANCELLED, Reason.BY_PERSON)
        return await self._gear.world.store.cancel_refused(job)

    # ------------------------------------------------------------------------------------------ small verbs

    def _drawn_before(self, job: Job) -> bool:
        """Whether a restart found it: thousands of notes are not drawn anew before there is anything new to say."""
        return job.handle is not None and self._moves.seconds_until(job.changed_at) < -DRAWN_WITHIN

    async def _show(self, job: Job, estimate: Estimate, percent: float | None) -> Job:
        elapsed = self._gear.elapsed(job)
        known = percent if percent is not None else estimate.percent(elapsed)
        return await self._gear.teller.show(job, draw(job, percent=known, remaining=estimate.remaining(elapsed)))


def _between(unready: float | None, heard: float, job: Job) -> float | None:
    """When a task became ready that was not at the age of *unready* and was at that of *heard*, in seconds.

    Any moment between is as likely. One that is the job's own is taken: from the moments of its questions, the schedule
    would learn its own beat. None if nobody asked in time, as across a restart.
    """
    return None if unready is None else unready + (heard - unready) * spread(job.id)


class _Patience:
    """With a provider that gives no usable answers: asked ever more rarely, and believed late that a task is gone."""

    __slots__ = ("_asked_for", "_disowned", "_troubles")

    def __init__(self) -> None:
        self._troubles = 0
        self._disowned = 0
        self._asked_for = 0.0

    @property
    def pause(self) -> float:
        """Seconds to wait at the least before the next question."""
        return max(self._asked_for, min(60.0, 2.5 * 2.0**self._troubles)) if self._troubles else 0.0

    def judged(self, answer: Progress | Silence, elapsed: float) -> Progress | Silence:
        """The answer, or `Failed` once a provider has denied often enough that it knows a task *elapsed* s old."""
        silence = answer if isinstance(answer, Silence) else None
        self._troubles = self._troubles + 1 if silence else 0
        self._disowned = self._disowned + 1 if silence and silence.disowned else 0
        self._asked_for = min(LEFT_ALONE_MOST, silence.wait) if silence else 0.0
        if self._disowned >= DISOWNED_MOST and elapsed >= DISOWNED_SECONDS:
            return Failed(FailReason.PROVIDER, "the provider does not know the task")
        return answer

"""One job's life, top to bottom: every line may be the last before a crash, and `carry` goes on from any state.

asking → queued → submitting → rendering → fetching → delivering → delivered, and the ways out of it. The paid call is
written down before it is made and never made twice; a clip is posted only by the job's present carrier; the price is
spent or given back in the same transaction as the state that decides it.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from bot.core.bells import Bells
from bot.core.catalog import Catalog
from bot.core.delivery import Deliverer
from bot.core.fetching import Fetcher
from bot.core.gear import Gear
from bot.core.model import Job, Reason, State
from bot.core.rendering import Renderer
from bot.core.submitting import Submitter

ASKING_FOR = timedelta(minutes=15)
"""How long a question about the price stands."""


class Life:
    """Carries jobs, one call of `carry` each."""

    def __init__(self, *, gear: Gear, catalog: Catalog, bells: Bells) -> None:
        world, moves, teller = gear.world, gear.moves, gear.teller
        submitter = Submitter(gear=gear, catalog=catalog)
        renderer = Renderer(gear=gear)
        fetcher = Fetcher(gear=gear)
        deliverer = Deliverer(
            platforms=world.platforms, store=world.store, files=world.files, media=world.media, moves=moves
        )
        self._bells = bells
        self._moves = moves
        self._teller = teller
        self._steps: Mapping[State, Callable[[Job], Awaitable[Job]]] = {
            State.ASKING: self._asking,
            State.QUEUED: submitter.wait_for_turn,
            State.SUBMITTING: submitter.resolve,
            State.RENDERING: renderer.wait_for_clip,
            State.FETCHING: fetcher.fetch,
            State.DELIVERING: deliverer.deliver,
            State.UNSURE: submitter.wait_for_word,
            State.OVERDUE: renderer.wait_for_late_clip,
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

    async def _asking(self, job: Job) -> Job:
        left = self._moves.seconds_until(job.changed_at + ASKING_FOR)
        if job.cancel_asked or left <= 0:
            reason = Reason.BY_PERSON if job.cancel_asked else Reason.NO_ANSWER
            return await self._moves.end(job, State.CANCELLED, reason)
        return await self._moves.wait(job, left)

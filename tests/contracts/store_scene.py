"""People, wishes and jobs for the contract of the store, made through its own methods."""

import itertools
from dataclasses import replace
from datetime import timedelta

from bot.core.model import Charge, Clip, CommunityId, Draft, FileName, JobId, Place, Request, State, User, UserId
from bot.core.store import Change, Grant
from providers.contract import Pace

ANN = User(UserId("web", "ann"), "Ann", "en")
BEN = User(UserId("web", "ben"), "Ben", "de")
GUILD = CommunityId("discord", "77")
CLIP = Clip(FileName("a.mp4"), 1280, 720, 6.0, 12345, FileName("a.jpg"))
PACE = Pace(submits_per_minute=100, at_once=100)


class Scene:
    """One store, its clock, and short ways to bring a job where a test needs it."""

    def __init__(self, store, clock):
        self.store = store
        self.clock = clock
        self._numbers = itertools.count(1)
        self._wallets = {}

    async def rich(self, user=ANN, credits=100):
        account = await self.store.welcome(user, [Grant(f"gift:{next(self._numbers)}", credits, "test", "gift")])
        self._wallets[user.id] = account.wallet.id
        return account.wallet

    async def wallet(self, user=ANN):
        wallet = await self.store.wallet(str(user.id))
        return wallet.balance, wallet.held

    def draft(self, user=ANN, **changes):
        number = next(self._numbers)
        draft = Draft(
            id=JobId(f"job{number:07}"),
            key=f"message-{number}",
            user=user.id,
            community=None,
            place=Place("web", "room-1", "general"),
            language="en",
            request=Request("hailuo", "a cat smiling", 6, "768P"),
            offer="preview/card",
            price=5,
            payer=self._wallets.get(user.id, 1),
            ask_first=False,
            deadline=self.clock.now() + timedelta(hours=1),
        )
        return replace(draft, **changes)

    async def queued(self, user=ANN, **changes):
        job, _ = await self.store.open_job(self.draft(user, **changes))
        return await self.store.seize(job.id)

    async def submitting(self, user=ANN, **changes):
        job = await self.queued(user, **changes)
        await self.admit(job)
        return await self.store.move(job, Change(State.SUBMITTING, begins_attempt=True))

    async def rendering(self, user=ANN, **changes):
        return await self.store.move(await self.submitting(user, **changes), Change(State.RENDERING, ticket="t-1"))

    async def delivering(self, user=ANN, **changes):
        job = await self.rendering(user, **changes)
        job = await self.store.move(job, Change(State.FETCHING, result_url="https://x/y", cost_micros=700))
        return await self.store.move(job, Change(State.DELIVERING, clip=CLIP))

    async def delivered(self, user=ANN, **changes):
        return await self.store.move(
            await self.delivering(user, **changes), Change(State.DELIVERED, charge=Charge.SPENT)
        )

    async def admit(self, job):
        await self.store.admit({job.provider: PACE})

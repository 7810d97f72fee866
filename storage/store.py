"""The truth behind the core's ports for what is kept: every method is one transaction, or one look."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.blocks import Ban, Block, Report
from bot.core.model import (
    Account,
    Bill,
    Cap,
    CommunityId,
    Draft,
    FileName,
    Health,
    Job,
    JobId,
    LimitChange,
    LimitSet,
    ListPrice,
    Message,
    Neighbours,
    Payer,
    State,
    User,
    UserId,
    Wallet,
)
from bot.core.oversight import Attempt, CommunityLine, Deed, JobSearch, Mark, PersonLine, ReportLine
from bot.core.ports import Clock
from bot.core.statistics import Calls, Figures, OfferTimes, Scope, Usage
from bot.core.store import Change, Drift, Grant, LedgerRow, Letter, StoryLine
from providers.contract import Pace
from storage import (
    admission,
    audit,
    blocks,
    calls,
    community_limits,
    counters,
    deeds,
    forgetting,
    inbox,
    jobs,
    learning,
    listing,
    messages,
    money,
    orders,
    outside,
    people,
    providers,
    queueing,
    relocating,
    searching,
    statistics,
    upkeep,
    watchers,
)
from storage.database import Database
from storage.instants import whole_millisecond


class SqlStore:
    """Implements the ports for what is kept (`Store`, `Statistics`, `Messages`, …); they say what must hold.

    Args:
        database: Open for as long as this is used.
        clock: Every instant written comes from it, cut to whole milliseconds.
    """

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._db = database
        self._clock = clock

    # people and their credits

    async def welcome(self, user: User, grants: Sequence[Grant]) -> Account:
        now = self._now()
        # Nearly every message comes from somebody known: a look costs no commit.
        known = await self._db.read(lambda c: people.greet(c, user, grants))
        return known if known is not None else await self._db.tx(lambda c: people.welcome(c, user, grants, now))

    async def account(self, user: UserId) -> Account | None:
        """Somebody's account, without opening one."""
        return await self._db.read(lambda c: people.find(c, user))

    async def set_language(self, user: UserId, language: str) -> None:
        now = self._now()
        await self._db.tx(lambda c: people.set_language(c, user, language, now))

    async def wallet(self, owner: str) -> Wallet:
        found = await self._db.read(lambda c: money.wallet_of(c, owner))
        return found if found is not None else await self._db.tx(lambda c: money.open_wallet(c, owner))

    async def grant(self, owner: str, grant: Grant) -> Wallet:
        now = self._now()
        return await self._db.tx(lambda c: money.grant(c, owner, grant, now))

    async def take(self, owner: str, grant: Grant) -> Wallet:
        now = self._now()
        return await self._db.tx(lambda c: money.take(c, owner, grant, now))

    async def receipts(self, owner: str, most: int) -> list[LedgerRow]:
        return await self._db.read(lambda c: money.receipts(c, owner, most))

    async def limits_of(self, community: CommunityId) -> LimitSet:
        return await self._db.read(lambda c: community_limits.limits_of(c, community))

    async def set_limits(self, community: CommunityId, limits: LimitSet, actor: str) -> None:
        await self.change_limits(community, lambda _: limits, actor)

    async def change_limits(
        self, community: CommunityId, change: Callable[[LimitSet], LimitSet], actor: str
    ) -> LimitChange:
        now = self._now()
        return await self._db.tx(lambda c: community_limits.change(c, community, change, (actor, now)))

    async def limit_changes(self, community: CommunityId, most: int) -> list[LimitChange]:
        return await self._db.read(lambda c: community_limits.changes(c, community, most))

    async def used(self, names: Sequence[str]) -> Mapping[str, int]:
        return await self._db.read(lambda c: counters.used(c, names))

    async def verify(self) -> list[Drift]:
        return await self._db.read(audit.verify, long=True)

    # jobs, from outside their carrier

    async def open_job(self, draft: Draft) -> tuple[Job, bool]:
        now = self._now()
        return await self._db.tx(lambda c: jobs.open_job(c, draft, now))

    async def answer(self, job: JobId, *, yes: bool, caps: Sequence[Cap], payer: Payer | None = None) -> Job:
        now, said = self._now(), outside.Yes(caps, payer) if yes else None
        return await self._db.tx(lambda c: outside.answer(c, job, said, now))

    async def ask_cancel(self, job: JobId, *, by: str | None = None) -> Job:
        now = self._now()
        order = Deed(now, by, "cancel", job, "") if by else None
        return await self._db.tx(orders.logged(lambda c: outside.ask_cancel(c, job, now), order))

    async def adopt(self, job: JobId, ticket: str, *, by: str | None = None) -> Job | None:
        now = self._now()
        order = Deed(now, by, "settle", job, f"goes on with task {ticket}") if by else None
        finder = by or "its callback"
        return await self._db.tx(orders.logged(lambda c: outside.adopt(c, job, ticket, now, finder), order))

    async def redeliver(self, job: JobId, payer: Payer | None = None, *, by: str | None = None) -> Job:
        now = self._now()
        order = Deed(now, by, "redeliver", job, "") if by else None
        return await self._db.tx(orders.logged(lambda c: outside.redeliver(c, job, payer, now), order))

    async def settle(self, job: JobId, change: Change, *, was: State, by: str | None = None) -> Job:
        now = self._now()
        order = Deed(now, by, "settle", job, f"{was} → {change.to}") if by else None
        return await self._db.tx(orders.logged(lambda c: outside.settle(c, job, change, was, now), order))

    async def job(self, job: JobId) -> Job | None:
        return await self._db.read(lambda c: jobs.read(c, job))

    async def jobs_of(self, user: UserId, most: int) -> list[Job]:
        return await self._db.read(lambda c: listing.jobs_of(c, user, most))

    async def jobs(self, *, state: State | None, most: int) -> list[Job]:
        return await self._db.read(lambda c: listing.newest(c, state, most))

    async def count_jobs(self) -> Mapping[State, int]:
        """How many jobs are in each state."""
        return await self._db.read(listing.count_by_state)

    async def story(self, job: JobId) -> list[StoryLine]:
        return await self._db.read(lambda c: listing.story(c, job))

    async def positions(self) -> Mapping[JobId, int]:
        now = self._now()
        return await self._db.read(lambda c: admission.positions(c, now))

    async def relocate(self, old: CommunityId, new: CommunityId) -> None:
        await self._db.tx(lambda c: relocating.relocate(c, old, new))

    async def forget(self, user: UserId) -> tuple[list[FileName], list[FileName]]:
        now = self._now()
        return await self._db.tx(lambda c: forgetting.forget(c, user, now))

    # jobs, for their carrier

    async def seize(self, job: JobId) -> Job | None:
        return await self._db.tx(lambda c: jobs.seize(c, job))

    async def seize_these(self, several: Sequence[JobId]) -> list[Job]:
        return await self._db.tx(lambda c: jobs.seize_these(c, several))

    async def seize_all(self) -> list[Job]:
        return await self._db.tx(jobs.seize_all)

    async def move(self, job: Job, change: Change) -> Job:
        now = self._now()
        return await self._db.tx(lambda c: jobs.move(c, job, change, now))

    async def still_mine(self, job: Job, *, posting: bool = False) -> Job:
        after = replace(job, posts=job.posts + posting)
        return await self._db.tx(lambda c: jobs.touch(c, job, after))

    async def told(self, job: Job, handle: str | None) -> Job:
        after = replace(job, untold=False, handle=handle or job.handle)
        return await self._db.tx(lambda c: jobs.touch(c, job, after))

    async def cancel_refused(self, job: Job) -> Job:
        after = replace(job, cancel_refused=True)
        return await self._db.tx(lambda c: jobs.touch(c, job, after))

    async def enqueue_missing(self) -> list[JobId]:
        """Give living jobs that have no entry in the queue one, and say whose they were; none on SQLite."""
        return await self._db.tx(queueing.enqueue_missing)

    async def forget_queue_log(self) -> int:
        """Delete lines of the queue's own log that are not kept any longer, and say how many; none on SQLite."""
        now = self._now()
        return await self._db.tx(lambda c: queueing.forget_log(c, now))

    async def nudge(self, job: JobId) -> None:
        now = self._now()
        await self._db.tx(lambda c: outside.nudge(c, job, now))

    async def nudged(self, since: datetime) -> list[JobId]:
        return await self._db.read(lambda c: outside.nudged(c, since))

    # whose turn it is, and how long things take

    async def admit(self, paces: Mapping[str, Pace]) -> list[JobId]:
        now = self._now()
        if not await self._db.read(lambda c: admission.worth_trying(c, paces, now)):
            return []
        return await self._db.tx(lambda c: admission.admit(c, paces, now))

    async def next_turn(self, paces: Mapping[str, Pace]) -> datetime | None:
        now = self._now()
        return await self._db.read(lambda c: admission.next_turn(c, paces, now))

    async def learn(self, offer: str, seconds: float) -> None:
        now = self._now()
        await self._db.tx(lambda c: learning.learn(c, offer, seconds, now))

    async def durations(self, offer: str) -> tuple[float, ...]:
        return await self._db.read(lambda c: learning.recent(c, offer))

    # providers, as every process and the operators see them

    async def healths(self) -> Mapping[str, Health]:
        return await self._db.read(providers.read_healths)

    async def write_health(self, health: Health) -> None:
        await self._db.tx(lambda c: providers.write_health(c, health))

    async def pause_provider(self, provider: str, until: datetime, *, actor: str, reason: str = "") -> bool:
        order = Deed(self._now(), actor, "pause", provider, reason)
        return await self._db.tx(orders.logged(lambda c: providers.pause(c, provider, until), order))

    async def resume_provider(self, provider: str, *, actor: str, reason: str = "") -> bool:
        order = Deed(self._now(), actor, "resume", provider, reason)
        return await self._db.tx(orders.logged(lambda c: providers.resume(c, provider), order))

    async def list_prices(self) -> tuple[ListPrice, ...]:
        return await self._db.read(providers.prices)

    async def set_list_price(self, price: ListPrice, actor: str) -> None:
        now = self._now()
        await self._db.tx(lambda c: providers.set_price(c, price, actor, now))

    async def drop_list_price(self, offer: str, resolution: str, seconds: int, actor: str) -> bool:
        now, clip = self._now(), providers.Clip(offer, resolution, seconds)
        return await self._db.tx(lambda c: providers.drop_price(c, clip, actor, now))

    async def bills(self) -> tuple[Bill, ...]:
        return await self._db.read(calls.bills)

    async def neighbours(self, job: Job, within: timedelta) -> Neighbours:
        return await self._db.read(lambda c: calls.neighbours(c, job, within))

    async def is_anothers(self, job: Job, ticket: str) -> bool:
        return await self._db.read(lambda c: calls.has_brought(c, job, ticket))

    # against abuse

    async def block(self, ban: Ban, actor: str, reason: str) -> bool:
        now = self._now()
        return await self._db.tx(lambda c: blocks.block(c, ban, actor, reason, now))

    async def unblock(self, ban: Ban, actor: str, reason: str = "") -> bool:
        now = self._now()
        return await self._db.tx(lambda c: blocks.unblock(c, ban, actor, reason, now))

    async def blocks(self, scope: CommunityId | None) -> list[Block]:
        return await self._db.read(lambda c: blocks.standing(c, scope))

    async def rejections(self, user: UserId, since: datetime) -> list[datetime]:
        return await self._db.read(lambda c: blocks.rejections_of(c, user, since))

    async def report(self, report: Report) -> bool:
        now = self._now()
        return await self._db.tx(lambda c: blocks.report(c, report, now))

    async def reports_of(self, job: JobId, community: CommunityId) -> int:
        return await self._db.read(lambda c: blocks.reports_of(c, job, community))

    async def reports_since(self, reporter: UserId, since: datetime) -> int:
        return await self._db.read(lambda c: blocks.reports_since(c, reporter, since))

    # keeping house

    async def expired_files(self, before: datetime) -> tuple[list[FileName], list[FileName]]:
        """As the port says; the same names come again for a day, so that a crash before their deletion heals."""
        now = self._now()
        found = await self._db.read(lambda c: upkeep.expired(c, before))
        await self._db.tx(lambda c: upkeep.tidy(c, before, now))
        return found.pictures, found.clips

    async def known_files(self) -> tuple[frozenset[FileName], frozenset[FileName]]:
        found = await self._db.read(upkeep.known)
        return frozenset(found.pictures), frozenset(found.clips)

    # figures and look-ups for operators, and for machines that watch

    async def usage(self, scope: Scope, days: int) -> Usage:
        now = self._now()
        return await self._db.read(lambda c: statistics.usage(c, scope, days, now))

    async def offer_times(self) -> tuple[OfferTimes, ...]:
        return await self._db.read(statistics.offer_times)

    async def calls_since(self, moment: datetime) -> tuple[Calls, ...]:
        return await self._db.read(lambda c: statistics.calls_since(c, moment))

    async def oldest_queued(self) -> datetime | None:
        return await self._db.read(statistics.oldest_queued)

    async def figures(self) -> Figures:
        return await self._db.read(statistics.figures)

    async def find_jobs(self, search: JobSearch, most: int) -> list[Job]:
        return await self._db.read(lambda c: searching.find_jobs(c, search, most))

    async def find_people(self, words: str, after: Mark | None, most: int) -> list[PersonLine]:
        return await self._db.read(lambda c: searching.find_people(c, words, after, most))

    async def find_communities(self, words: str, after: str, most: int) -> list[CommunityLine]:
        return await self._db.read(lambda c: searching.find_communities(c, words, after, most))

    async def known_wallet(self, owner: str) -> Wallet | None:
        return await self._db.read(lambda c: money.wallet_of(c, owner))

    async def attempts_of(self, job: JobId) -> list[Attempt]:
        return await self._db.read(lambda c: searching.attempts_of(c, job))

    async def money_of(self, job: Job) -> list[LedgerRow]:
        return await self._db.read(lambda c: searching.money_of(c, job))

    async def reports(self, most: int) -> list[ReportLine]:
        return await self._db.read(lambda c: searching.latest_reports(c, most))

    async def deeds(self, before: datetime | None, most: int) -> list[Deed]:
        until = before or self._now() + timedelta(days=1)
        return await self._db.read(lambda c: deeds.deeds(c, until, most))

    # what chats keep

    async def put(self, platform: str, key: str, body: str) -> bool:
        now = self._now()
        return await self._db.tx(lambda c: inbox.put(c, platform, key, body, now))

    async def waiting(self, platform: str) -> list[Letter]:
        return await self._db.read(lambda c: inbox.waiting(c, platform))

    async def done(self, platform: str, key: str) -> None:
        now = self._now()
        await self._db.tx(lambda c: inbox.done(c, platform, key, now))

    async def keep(self, platform: str, key: str, value: str) -> None:
        now = self._now()
        await self._db.tx(lambda c: inbox.keep(c, platform, key, value, now))

    async def kept(self, platform: str, key: str) -> str | None:
        return await self._db.read(lambda c: inbox.kept(c, platform, key))

    # our own chat

    async def add(self, user: UserId, kind: str, body: str, *, key: str | None = None) -> Message | None:
        now = self._now()
        return await self._db.tx(lambda c: messages.add(c, user, (kind, body, key), now))

    async def put_note(self, user: UserId, job: JobId, body: str, *, while_in: State | None = None) -> Message:
        now = self._now()
        return await self._db.tx(lambda c: messages.put_note(c, user, job, (body, while_in), now))

    async def remove(self, user: UserId, job: JobId) -> int | None:
        return await self._db.tx(lambda c: messages.remove(c, user, job))

    async def recent(self, user: UserId, most: int) -> list[Message]:
        return await self._db.read(lambda c: messages.recent(c, user, most))

    async def newest(self, users: Sequence[UserId]) -> dict[UserId, int]:
        return await self._db.read(lambda c: messages.newest(c, users))

    async def watch(self, users: Sequence[UserId], until: datetime) -> None:
        await self._db.tx(lambda c: watchers.watch(c, users, whole_millisecond(until)))

    async def watching(self) -> frozenset[UserId]:
        now = self._now()
        return await self._db.read(lambda c: watchers.watching(c, now))

    def _now(self) -> datetime:
        return whole_millisecond(self._clock.now())

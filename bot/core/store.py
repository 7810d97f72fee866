"""What the core needs of whatever keeps the truth: jobs and money, what chats keep, and what may go wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.blocks import Blocks
from bot.core.model import (
    Account,
    Bill,
    Cap,
    Charge,
    Clip,
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
    Reason,
    State,
    User,
    UserId,
    Wallet,
)
from providers.contract import Pace


class Lost(Exception):
    """The job is not as the writer believes: somebody else carries or changed it. Nothing was written."""


class StoreTrouble(Exception):
    """The database cannot be used just now (disk full, locked, unreachable): nothing was written; try again later."""


class NotEnough(Exception):
    """The wallet has less than the price. Nothing was written."""

    def __init__(self, price: int, balance: int) -> None:
        super().__init__(f"{price} wanted, {balance} there")
        self.price = price
        self.balance = balance


class OverLimit(Exception):
    """A limit would be passed. Nothing was written."""

    def __init__(self, cap: Cap, used: int) -> None:
        super().__init__(f"{cap.limit}: {used} used, {cap.amount} wanted, {cap.most} at most")
        self.cap = cap
        self.used = used


@dataclass(frozen=True, slots=True)
class Grant:
    """Credits given once: the same key never gives twice."""

    key: str
    amount: int
    actor: str
    reason: str
    up_to: bool = False
    """Give only what is missing up to *amount* (the daily refill)."""


@dataclass(frozen=True, slots=True)
class Change:
    """One transition of a job: new state, new facts, and what happens to its price, all in one transaction."""

    to: State
    charge: Charge | None = None
    """`SPENT` or `RELEASED` settles the hold, `HELD` takes it; None leaves the money alone."""
    reason: Reason | None = None
    detail: str = ""
    """For the job's story."""
    offer: str | None = None
    ticket: str | None = None
    cost_micros: int | None = None
    result_url: str | None = None
    clip: Clip | None = None
    not_before: datetime | None = None
    begins_attempt: bool = False
    """A paid call is about to be made: written down before it is."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One line of the books."""

    key: str
    wallet: int
    kind: str
    balance_change: int
    held_change: int
    at: datetime
    job: JobId | None
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One line of a job's story."""

    at: datetime
    state: State
    detail: str


@dataclass(frozen=True, slots=True)
class Drift:
    """An invariant of the books that does not hold."""

    rule: str
    where: str
    expected: str
    found: str


class Store(Blocks, Protocol):
    """The truth. Every method is one transaction; state and money change together or not at all.

    Every method may raise `StoreTrouble`.
    """

    # people and their credits
    async def welcome(self, user: User, grants: Sequence[Grant]) -> Account:
        """Make sure the person has an account, give *grants* whose keys are new, and return the account."""
        ...

    async def set_language(self, user: UserId, language: str) -> None: ...

    async def wallet(self, owner: str) -> Wallet:
        """The wallet of a `UserId` or `CommunityId` written as text, opened empty if there is none."""
        ...

    async def grant(self, owner: str, grant: Grant) -> Wallet:
        """Give credits once per key."""
        ...

    async def take(self, owner: str, grant: Grant) -> Wallet:
        """Take credits away once per key.

        Raises:
            NotEnough: The wallet has fewer.
        """
        ...

    async def receipts(self, owner: str, most: int) -> list[LedgerRow]:
        """The newest lines of a wallet, newest first."""
        ...

    async def limits_of(self, community: CommunityId) -> LimitSet:
        """What the community may spend; `LimitSet.at_first` until somebody says otherwise."""
        ...

    async def set_limits(self, community: CommunityId, limits: LimitSet, actor: str) -> None:
        """Set all limits at once; who did it, when, and what held before is kept if anything is different."""
        ...

    async def change_limits(
        self, community: CommunityId, change: Callable[[LimitSet], LimitSet], actor: str
    ) -> LimitChange:
        """Like `set_limits`, but made from what holds at that very moment; *change* is pure and may be called twice."""
        ...

    async def limit_changes(self, community: CommunityId, most: int) -> list[LimitChange]:
        """Newest first."""
        ...

    async def used(self, counters: Sequence[str]) -> Mapping[str, int]:
        """How far each of these counters stands; one that was never taken from stands at 0."""
        ...

    async def verify(self) -> list[Drift]:
        """Check every invariant of the books; empty means they balance."""
        ...

    # jobs, from outside their carrier
    async def open_job(self, draft: Draft) -> tuple[Job, bool]:
        """Write the job, its hold and its counters at once; False if the draft's key had opened it before.

        Raises:
            NotEnough: The payer has less than the price.
            OverLimit: One of the caps would be passed.
        """
        ...

    async def answer(self, job: JobId, *, yes: bool, caps: Sequence[Cap], payer: Payer | None = None) -> Job:
        """Answer an `asking` job: yes holds the price and queues it, no ends it. Any other state: returned unchanged.

        Args:
            job: The job that asks.
            yes: What the person said.
            caps: What a yes takes from.
            payer: Who pays for a yes; None leaves it to the one that the job was opened for.

        Raises:
            NotEnough: The payer has less than the price; the job goes on asking.
            OverLimit: One of the caps would be passed; the job goes on asking.
        """
        ...

    # *by* is the operator who does it by hand, for the log; None is the person or a provider.
    async def ask_cancel(self, job: JobId, *, by: str | None = None) -> Job:
        """Leave word for the carrier that the person wants to stop."""
        ...

    async def adopt(self, job: JobId, ticket: str, *, by: str | None = None) -> Job | None:
        """Give a job whose paid call has brought no ticket yet the one that its own signed callback names.

        An `unsure` job goes on `rendering`, free. A `submitting` one stays so and remembers the ticket, for the case
        that the answer to its call is lost; a ticket that the answer itself brings goes before it.

        None if the job was not waiting for a ticket, or if another paid call at its provider has brought this one.
        """
        ...

    async def redeliver(self, job: JobId, payer: Payer | None = None, *, by: str | None = None) -> Job:
        """Send an ended job that has a clip to `delivering` again; one whose credits were given back is held again.

        What is held again is taken from *payer*; None leaves it to whoever paid before.

        Raises:
            NotEnough: It costs its price again and the payer has less.
            Lost: The job has no clip or has not ended.
        """
        ...

    async def settle(self, job: JobId, change: Change, *, was: State, by: str | None = None) -> Job:
        """An operator's own decision about a job in state *was*.

        Raises:
            Lost: The job is in another state by now.
        """
        ...

    async def job(self, job: JobId) -> Job | None: ...

    async def jobs_of(self, user: UserId, most: int) -> list[Job]:
        """Newest first."""
        ...

    async def jobs(self, *, state: State | None, most: int) -> list[Job]:
        """Newest first."""
        ...

    async def story(self, job: JobId) -> list[StoryLine]: ...

    async def relocate(self, old: CommunityId, new: CommunityId) -> None:
        """A community has a new id (a Telegram group that was upgraded): its limits, wallet and jobs go with it.

        Doing it twice, or where nothing is known of *old*, changes nothing.
        """
        ...

    async def positions(self) -> Mapping[JobId, int]:
        """How many jobs will be admitted before each waiting one, plus one, per provider."""
        ...

    async def forget(self, user: UserId) -> tuple[list[FileName], list[FileName]]:
        """Erase a person's prompts, names and messages and rename their account to a pseudonym; the books stay sound.

        Returns the names of images and clips whose files are now to be deleted.
        """
        ...

    # jobs, for their carrier
    async def seize(self, job: JobId) -> Job | None:
        """Become the job's carrier: from now on every earlier carrier is `Lost`. None if it is not alive."""
        ...

    async def seize_these(self, several: Sequence[JobId]) -> list[Job]:
        """As `seize`, for many at once; those that are not alive are left out."""
        ...

    async def seize_all(self) -> list[Job]:
        """Seize every job that is alive (embedded engine, at start)."""
        ...

    async def move(self, job: Job, change: Change) -> Job:
        """Make one transition as the carrier that `job` was seized by.

        Raises:
            Lost: Another carrier has it, or somebody changed it since *job* was read.
        """
        ...

    async def still_mine(self, job: Job, *, posting: bool = False) -> Job:
        """One fenced write right before an act that cannot be undone.

        Raises:
            Lost: Another carrier has it.
        """
        ...

    async def told(self, job: Job, handle: str | None) -> Job:
        """Remember that the person has heard of the job's present state, and the note's handle.

        Raises:
            Lost: As for `move`.
        """
        ...

    async def cancel_refused(self, job: Job) -> Job:
        """Remember that the provider will not stop.

        Raises:
            Lost: As for `move`.
        """
        ...

    async def nudge(self, job: JobId) -> None:
        """Wake a living job's carrier, wherever it is, though nothing about the job has changed."""
        ...

    async def nudged(self, since: datetime) -> list[JobId]:
        """Jobs that others than their carrier changed at or after *since*, or opened then and nobody carries yet."""
        ...

    # whose turn it is, and how long things take
    async def admit(self, paces: Mapping[str, Pace]) -> list[JobId]:
        """Admit what the providers in *paces* can take now, fair over communities, then people, oldest first."""
        ...

    async def next_turn(self, paces: Mapping[str, Pace]) -> datetime | None:
        """When `admit` is worth calling again without anything else happening; None if not at all."""
        ...

    async def learn(self, offer: str, seconds: float) -> None:
        """Remember how long a task of this offer took from submit to done."""
        ...

    async def durations(self, offer: str) -> tuple[float, ...]:
        """The most recent durations of an offer, in seconds, at most 200."""
        ...

    # providers, as every process and the operators see them
    async def healths(self) -> Mapping[str, Health]:
        """How every provider that was ever written about is doing, by its name."""
        ...

    async def write_health(self, health: Health) -> None:
        """Write how a provider is doing, over what was written before; it neither pauses one nor opens a paused one."""
        ...

    async def pause_provider(self, provider: str, until: datetime, *, actor: str, reason: str = "") -> bool:
        """Close a provider as `paused`, whatever it was before; False if it is paused already.

        Who did it, when and why, is kept.
        """
        ...

    async def resume_provider(self, provider: str, *, actor: str, reason: str = "") -> bool:
        """Open a paused provider; False if it is not paused. Who did it, when and why, is kept."""
        ...

    async def list_prices(self) -> tuple[ListPrice, ...]:
        """Every list price that the operator has set, in a fixed order."""
        ...

    async def set_list_price(self, price: ListPrice, actor: str) -> None:
        """Set a list price, over an earlier one of the same clip; who did it, and when, is kept."""
        ...

    async def drop_list_price(self, offer: str, resolution: str, seconds: int, actor: str) -> bool:
        """Go back to the provider's own list price; False if none was set. Who did it, and when, is kept."""
        ...

    async def bills(self) -> tuple[Bill, ...]:
        """What every kind of clip has cost, in a fixed order. Reads every job: not for every day."""
        ...

    async def neighbours(self, job: Job, within: timedelta) -> Neighbours:
        """Paid calls of other jobs at the same provider, begun at most *within* before or after this job's last one."""
        ...

    async def is_anothers(self, job: Job, ticket: str) -> bool:
        """Whether another paid call at the job's provider has brought this ticket, whenever that was."""
        ...

    # keeping house
    async def expired_files(self, before: datetime) -> tuple[list[FileName], list[FileName]]:
        """Names of images and clips (thumbnails included) that no living job and no job ended after *before* needs."""
        ...

    async def known_files(self) -> tuple[frozenset[FileName], frozenset[FileName]]:
        """Names of all images and clips (thumbnails included) that a job still has."""
        ...


@dataclass(frozen=True, slots=True)
class Letter:
    """Something that arrived from a chat and has not been answered yet, as the adapter wrote it down."""

    key: str
    body: str
    at: datetime


class Inbox(Protocol):
    """What has arrived from a chat: saved before it is confirmed or worked on, answered once.

    Every method is one transaction and may raise `StoreTrouble`.
    """

    async def put(self, platform: str, key: str, body: str) -> bool:
        """Save a letter; False if one of this *key* arrived before, answered or not."""
        ...

    async def waiting(self, platform: str) -> list[Letter]:
        """Letters that nobody has answered yet, oldest first (at start: those that a crash left behind)."""
        ...

    async def done(self, platform: str, key: str) -> None:
        """The letter is answered: its body is erased, its key is remembered for some days."""
        ...


MEMORIES_OF_JOBS = ("note", "detour")
"""What an adapter remembers of one job, under `note:` and the job's id say: `/forget` and `KEEP_DAYS` erase it."""


class Memory(Protocol):
    """Small things that an adapter has to know after a restart. Every method may raise `StoreTrouble`."""

    async def keep(self, platform: str, key: str, value: str) -> None:
        """Remember *value* under *key*, over what was there; an empty value forgets it."""
        ...

    async def kept(self, platform: str, key: str) -> str | None:
        """What was remembered; None if nothing."""
        ...


class Messages(Protocol):
    """What a chat that we host ourselves has to remember."""

    async def add(self, user: UserId, kind: str, body: str, *, key: str | None = None) -> Message | None:
        """Append an entry; None if *key* was used before by this person."""
        ...

    async def put_note(self, user: UserId, job: JobId, body: str, *, while_in: State | None = None) -> Message:
        """Write the one entry of a job, over the earlier one; with *while_in* only while the job is in that state."""
        ...

    async def remove(self, user: UserId, job: JobId) -> int | None:
        """Delete the entry of a job; its id, or None if there is none."""
        ...

    async def recent(self, user: UserId, most: int) -> list[Message]:
        """The newest entries, oldest first."""
        ...

    async def newest(self, users: Sequence[UserId]) -> Mapping[UserId, int]:
        """The id of each one's newest entry; nothing for those without any."""
        ...

    async def watch(self, users: Sequence[UserId], until: datetime) -> None:
        """Let other processes know that these people have a page open, until then if nobody says so again."""
        ...

    async def watching(self) -> frozenset[UserId]:
        """Who has a page open, in whatever process."""
        ...

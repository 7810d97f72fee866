"""What an operator looks through: jobs by many filters, people and servers, paid calls, and who changed what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.model import Account, CommunityId, Job, JobId, State, UserId, Wallet
from bot.core.store import LedgerRow


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page of a list, newest first, begins: after the entry of this moment and id."""

    at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class JobSearch:
    """Which jobs are looked for; None is any."""

    state: State | None = None
    user: UserId | None = None
    community: CommunityId | None = None
    provider: str | None = None
    after: Mark | None = None
    """The last job of the page before."""


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person in a list."""

    user: UserId
    name: str
    language: str
    since: datetime
    balance: int
    held: int


@dataclass(frozen=True, slots=True)
class CommunityLine:
    """A community in a list."""

    community: CommunityId
    jobs: int
    balance: int
    held: int
    limited: bool
    """Somebody has set its limits."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One paid call of a job."""

    n: int
    offer: str
    begun_at: datetime
    outcome: State | None
    """The state that its answer led to; None while it is awaited, `unsure` if it was lost."""
    ticket: str | None


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that somebody decided by hand: one line of the audit log."""

    at: datetime
    actor: str
    act: str
    """`grant`, `take`, `limits`, `price`, `pause`, `resume`, `block`, `unblock`, `cancel`, `redeliver` or `settle`."""
    about: str
    """The wallet's owner, the community, the clip, the provider, the job, or what is blocked."""
    words: str
    """What was changed to what, and why."""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """Somebody said that a clip should not be."""

    at: datetime
    job: JobId
    reporter: UserId
    community: CommunityId | None
    reason: str


class Oversight(Protocol):
    """Looks things up for an operator. Every method is one look and may raise `StoreTrouble`."""

    async def find_jobs(self, search: JobSearch, most: int) -> list[Job]:
        """Jobs that fit, newest first."""
        ...

    async def find_people(self, words: str, after: Mark | None, most: int) -> list[PersonLine]:
        """People whose name or id contains *words* (all, if empty), newest first."""
        ...

    async def find_communities(self, words: str, after: str, most: int) -> list[CommunityLine]:
        """Communities whose id contains *words* and comes after *after*, by id: whoever made a video or has limits."""
        ...

    async def account(self, user: UserId) -> Account | None:
        """Somebody's account, without opening one."""
        ...

    async def known_wallet(self, owner: str) -> Wallet | None:
        """A wallet, without opening one."""
        ...

    async def attempts_of(self, job: JobId) -> list[Attempt]:
        """The paid calls of a job, in order."""
        ...

    async def money_of(self, job: Job) -> list[LedgerRow]:
        """Every movement of credits for a job, in order."""
        ...

    async def reports(self, most: int) -> list[ReportLine]:
        """The latest reports of clips, newest first."""
        ...

    async def deeds(self, before: datetime | None, most: int) -> list[Deed]:
        """What was decided by hand before *before*, newest first; deeds of one moment are never torn apart."""
        ...

"""The words of the house as frozen data: who asked, where, for what, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import NewType

JobId = NewType("JobId", str)
"""Ten lower-case letters and digits; safe in a file name, an address and a button."""

FileName = NewType("FileName", str)
"""A name inside one of the folders of `Files`; never a path."""


@dataclass(frozen=True, slots=True)
class UserId:
    """A person on one platform. Names change, ids do not."""

    platform: str
    id: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.id}"


@dataclass(frozen=True, slots=True)
class User:
    """A person as a platform introduces them."""

    id: UserId
    name: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class CommunityId:
    """A Discord server or a Telegram group."""

    platform: str
    id: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.id}"


EVERYWHERE = CommunityId("bot", "everywhere")
"""The whole bot, private chats included: its limits are the operator's own and stand above every community's."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to answer. `address` is written and read by the adapter of `platform` alone."""

    platform: str
    address: str
    channel: str = ""
    """The channel or topic as limits name it; empty in private chats."""
    age_restricted: bool | None = None
    """Whether that channel is for adults alone; None where the chat has no such channels."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something a person said to us, with the pictures already downloaded by the adapter."""

    key: str
    """The platform's own id of this message or click: the same key never starts anything twice."""
    user: User
    place: Place
    text: str
    community: CommunityId | None = None
    roles: tuple[str, ...] = ()
    """The member's roles from the highest to the lowest, where the platform has roles."""
    pictures: tuple[Path, ...] = ()
    """Untrusted files as received, in order: first frame, last frame. The adapter deletes them afterwards."""
    admin: bool = False
    """Whether the platform counts the person among the admins of `community` at this moment."""
    anonymous: bool = False
    """An admin who does not say who they are: nobody that could be charged or given anything."""
    pressed: str | None = None
    """The handle of our message whose button was pressed, where the platform vouches that it stands there: the job it
    names is before everybody's eyes here. None for what was typed."""


@dataclass(frozen=True, slots=True)
class Request:
    """A wish that fits an offer: everything about the clip, nothing about who makes it."""

    model: str
    prompt: str
    seconds: int
    resolution: str
    first_frame: FileName | None = None
    last_frame: FileName | None = None
    spoiler: bool = False
    """The clip is to be covered until somebody wants to see it."""


class State(StrEnum):
    """Where a job is in its life (the table in `life.py` says what may follow what)."""

    ASKING = "asking"
    QUEUED = "queued"
    SUBMITTING = "submitting"
    RENDERING = "rendering"
    FETCHING = "fetching"
    DELIVERING = "delivering"
    UNSURE = "unsure"
    OVERDUE = "overdue"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNDELIVERED = "undelivered"

    @property
    def ended(self) -> bool:
        """Whether nothing further happens by itself."""
        return self in ENDED


ENDED = frozenset({State.DELIVERED, State.FAILED, State.CANCELLED, State.UNDELIVERED})
MUST_BE_TOLD = frozenset({State.ASKING, State.UNSURE, State.OVERDUE, State.FAILED, State.CANCELLED, State.UNDELIVERED})
"""States that the person has to hear of; a clip's own message tells of `delivered`."""


class Charge(StrEnum):
    """What became of the job's price."""

    NONE = "none"
    HELD = "held"
    SPENT = "spent"
    RELEASED = "released"


class Reason(StrEnum):
    """Why a job did not end in a clip; each has a sentence in every language (`languages/`)."""

    CONTENT = "content"
    INPUT = "input"
    PROVIDER = "provider"
    NO_PROVIDER = "no_provider"
    WAITED_TOO_LONG = "waited_too_long"
    NEVER_CAME = "never_came"
    NO_ANSWER = "no_answer"
    DECLINED = "declined"
    BY_PERSON = "by_person"
    BY_OPERATOR = "by_operator"
    NOT_ALLOWED = "not_allowed"
    PLACE_GONE = "place_gone"
    CLIP_GONE = "clip_gone"
    TOO_LARGE = "too_large"
    BUG = "bug"


@dataclass(frozen=True, slots=True)
class Clip:
    """A finished video on our disk."""

    file: FileName
    width: int
    height: int
    seconds: float
    size: int
    """In bytes."""
    thumbnail: FileName | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """A limit's counter that a job has taken from, to be given back when the job costs nothing."""

    name: str
    amount: int
    until_end: bool
    """True for counters of running jobs, which are given back at every ending."""


@dataclass(frozen=True, slots=True)
class Job:
    """One video from the wish to its ending, as the database has it."""

    id: JobId
    key: str
    user: UserId
    community: CommunityId | None
    place: Place
    language: str
    request: Request
    offer: str
    """Key of the offer that makes it: `provider/wire_model`."""
    price: int
    """In credits, fixed when the job was opened."""
    payer: int
    """Id of the wallet that pays."""
    charge: Charge
    state: State
    version: int
    owner: int
    created_at: datetime
    changed_at: datetime
    """When `state` was entered."""
    deadline: datetime
    """From here on the job is overdue."""
    attempt: int = 0
    """Paid calls begun so far."""
    admitted_at: datetime | None = None
    not_before: datetime | None = None
    """Not to be admitted earlier: the provider said so."""
    submitted_at: datetime | None = None
    ended_at: datetime | None = None
    ticket: str | None = None
    cost_micros: int | None = None
    """What the provider says it bills, in millionths of a US dollar."""
    result_url: str | None = None
    clip: Clip | None = None
    reason: Reason | None = None
    cancel_asked: bool = False
    cancel_refused: bool = False
    """The provider would not or could not stop: the clip will come and be charged."""
    untold: bool = False
    """The person has not verifiably heard of the present state yet."""
    handle: str | None = None
    """The platform's own id of our note, opaque outside its adapter."""
    posts: int = 0
    """How often posting the clip has begun."""
    charges: int = 1
    """Which charge of this job is meant: a redelivery that costs again has a number of its own."""
    counts: tuple[Count, ...] = ()
    pooled: bool = False
    """The community's wallet pays, not the person's own."""

    @property
    def provider(self) -> str:
        """Name of the provider that makes it."""
        return self.offer.partition("/")[0]

    @property
    def alive(self) -> bool:
        """Whether somebody has to carry this job."""
        return self.untold or not self.state.ended


class ButtonAction(StrEnum):
    """What a button asks for; each is a command with the job's id."""

    CANCEL = "cancel"
    AGAIN = "again"
    EDIT = "edit"
    DELETE = "delete"
    YES = "yes"
    NO = "no"
    JOB = "job"
    REPORT = "report"

    @property
    def for_all(self) -> bool:
        """Whether everybody may press it, not only the person who asked."""
        return self is ButtonAction.REPORT


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a note, for the person who asked alone if its action is not for all."""

    action: ButtonAction
    label: str
    job: JobId


@dataclass(frozen=True, slots=True)
class Note:
    """Our one status message about a job, ready to be drawn."""

    job: JobId
    state: State
    prompt: str
    headline: str
    """One sentence: where the job is."""
    details: tuple[str, ...] = ()
    """Further sentences: model and price, receipt."""
    percent: float | None = None
    """0 to 100; None when nobody knows."""
    buttons: tuple[Button, ...] = ()
    handle: str | None = None
    """What the adapter returned when it showed this job's note last."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A finished clip on its way to the place that asked."""

    note: Note
    clip: Clip
    path: Path
    """The file that fits the place; it may be smaller than the clip itself."""
    thumbnail: Path | None
    repeat: bool
    """Posting this clip has begun before, and nobody knows how far it came."""
    asker: UserId
    spoiler: bool = False
    """The clip is to be covered until somebody wants to see it."""
    language: str = "en"
    """The asker's."""
    coming: Note | None = None
    """What is true until the clip stands there, for chats in which a text has to hold its place."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A small file for the person alone."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """Our immediate answer to one incoming message."""

    text: str
    job: JobId | None = None
    """The job it opened or speaks of."""
    accepted: bool = False
    """True if a job has been saved: from here on it cannot be lost."""
    note: Note | None = None
    """What to show about the job right away."""
    in_note: bool = False
    """The job's note says the same, now or in a moment: where it is before the person's eyes, no text has to stay."""
    elsewhere: bool = False
    """Another process carries the job and draws its note: drawn here as well, it could come late and hide the clip."""
    buttons: tuple[Button, ...] = ()
    compose: str | None = None
    """A text to put into the person's message box, for them to change (Edit prompt)."""
    paper: Paper | None = None
    """A file to hand over (export)."""
    picture: Paper | None = None
    """A picture to show beside the text, which says the same to those who cannot see it (usage)."""
    limits: "LimitSet | None" = None
    """The limits as they are now, if the text is about them: for chats that let admins change them by buttons."""


@dataclass(frozen=True, slots=True)
class Wallet:
    """A purse: credits that can be taken, and credits held for running jobs."""

    id: int
    owner: str
    balance: int
    held: int


@dataclass(frozen=True, slots=True)
class Account:
    """A person as the books know them."""

    user: UserId
    name: str
    language: str
    wallet: Wallet


@dataclass(frozen=True, slots=True)
class Payer:
    """The wallet that a job is to be paid from."""

    wallet: int
    pooled: bool = False
    """It is the community's."""


class AgeRule(StrEnum):
    """Where videos may be made, in view of channels that are for adults alone."""

    ANY = "any"
    ONLY = "only"
    """In such channels alone."""
    NEVER = "never"
    """In all others."""

    def allows(self, place: Place) -> bool:
        """Whether a video may be made here; where there are no such channels, it always may."""
        return self is AgeRule.ANY or place.age_restricted in {None, self is AgeRule.ONLY}


@dataclass(frozen=True, slots=True)
class LimitSet:
    """What a community may spend; None is off. Credits, except `member_running`, which counts jobs."""

    member_daily: int | None = None
    server_daily: int | None = None
    server_monthly: int | None = None
    member_running: int | None = 2
    per_video: int | None = None
    models: frozenset[str] | None = None
    """Allowed models; None is all."""
    channels: frozenset[str] | None = None
    """Allowed channels; None is all."""
    pool: bool = False
    """The community's wallet pays for its members while it has enough."""
    members: Mapping[str, int | None] = field(default_factory=dict)
    """`member_daily` of single members, by the platform's id of the person (`EVERYWHERE`: by the whole `UserId`)."""
    roles: Mapping[str, int | None] = field(default_factory=dict)
    """`member_daily` of roles; a member's own goes first, then the highest role that has one."""
    age_restricted: AgeRule = AgeRule.ANY
    spoiler: bool = False
    """Clips are covered until somebody wants to see them."""

    @classmethod
    def at_first(cls, community: CommunityId) -> "LimitSet":
        """The limits that hold until somebody sets any."""
        return cls(member_running=None) if community == EVERYWHERE else cls()


@dataclass(frozen=True, slots=True)
class LimitChange:
    """Somebody changed what a community may spend."""

    at: datetime
    actor: str
    old: LimitSet | None
    """None where it was not written down yet."""
    new: LimitSet


@dataclass(frozen=True, slots=True)
class Cap:
    """One limit as the transaction takes it: the counter may not rise above `most`."""

    limit: str
    """The limit's name, as in `LimitSet`."""
    counter: str
    amount: int
    most: int
    resets_at: datetime | None
    """None if it does not reset with time."""
    everywhere: bool = False
    """The operator's own, for the whole bot."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A job about to be opened: everything that one transaction has to write."""

    id: JobId
    key: str
    user: UserId
    community: CommunityId | None
    place: Place
    language: str
    request: Request
    offer: str
    price: int
    payer: int
    ask_first: bool
    """The price is above `CONFIRM_ABOVE`: hold nothing until the person says yes."""
    deadline: datetime
    caps: tuple[Cap, ...] = field(default=())
    pooled: bool = False
    """The payer is the community's wallet."""


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of a conversation in a chat that we host ourselves."""

    id: int
    user: UserId
    at: datetime
    kind: str
    """`said` by the person, `reply` by us, or the `note` of a job (one per job, edited in place)."""
    body: str
    """JSON, written and read by the chat's adapter alone."""
    job: JobId | None = None


PAUSED = "paused"
"""What an operator closes a provider as; nobody but an operator opens it again."""


@dataclass(frozen=True, slots=True)
class Health:
    """How a provider has been doing, as every process and the operators see it."""

    provider: str
    closed_until: datetime | None
    """Not to be asked for anything new before; None or past means open."""
    why: str
    """What it is closed for: `key`, `balance`, `plan`, `address`, `busy`, `paused` (by an operator), or empty."""
    trouble: str
    """The last error in words, at most 300 characters; empty if there was none."""
    trouble_at: datetime | None
    worked_at: datetime | None
    """When it accepted a job last."""
    told: str
    """The cause that the operators were told of last; empty when none is open."""


@dataclass(frozen=True, slots=True)
class ListPrice:
    """The operator's own list price of one clip, instead of the provider's."""

    offer: str
    """The offer's key."""
    resolution: str
    seconds: int
    usd: Decimal
    """In US dollars, whatever the clip is made from."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What all clips of one kind have cost the operator, as far as the provider said so."""

    offer: str
    """The offer's key."""
    resolution: str
    seconds: int
    frames: int
    """Number of pictures they were made from: 0, 1 or 2."""
    clips: int
    """How many were bought: the provider made them."""
    billed: int
    """Of how many of these it said what it bills."""
    cost_micros: int
    """The sum of what it said, in millionths of a US dollar."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The paid calls of other jobs around a lost one: whose tasks must not be taken for its own."""

    tickets: frozenset[str]
    """Tasks that are known to be theirs."""
    rivals: int
    """How many of them brought no ticket and have no known outcome either: an unknown task may be theirs."""

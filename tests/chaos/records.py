"""What is compared after a fire: bills, what people saw, and what the books say, as plain data."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

FORGED = "no-such-task"
"""What a callback names that means no task at all: whoever believes it has a lost call, and no more."""


@dataclass(frozen=True, slots=True)
class Billed:
    """A paid task, as the API that took it has it."""

    provider: str
    task: str
    wish: str
    """The words in the prompt by which a wish is known."""
    at: float
    callback: str | None = None
    made: bool = False
    """Whether its clip was there in the end, for whoever asked."""
    denied: bool = False
    """Whether its API has said at any time that there is no such task."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A paid call that was begun, as the database has it."""

    job: str
    n: int
    provider: str
    outcome: str | None
    ticket: str | None


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job at the end of it all."""

    id: str
    user: str
    wish: str
    provider: str
    state: str
    charge: str
    price: int
    payer: int
    ticket: str | None
    charges: int
    reason: str | None
    alive: bool
    untold: bool
    place: str
    """Where it was asked for: `platform:chat`."""
    cancel_asked: bool = False
    deadline: float = math.inf
    """Seconds since 1970, as the bot's clock has them; a clip that is home later is free."""


@dataclass(frozen=True, slots=True)
class Step:
    """A line of a job's story."""

    at: float
    """By the clock of whoever wrote it."""
    state: str


@dataclass(frozen=True, slots=True)
class Told:
    """A callback that named a job's task to it, after the fire, and was taken."""

    provider: str
    task: str
    job: str
    at: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the ledger."""

    key: str
    wallet: int
    kind: str
    balance_change: int
    held_change: int
    job: str | None


@dataclass(frozen=True, slots=True)
class Purse:
    """A wallet."""

    id: int
    owner: str
    balance: int
    held: int


@dataclass(frozen=True, slots=True)
class Shown:
    """One message of the bot's, as it stood at the end."""

    place: str
    message: str
    text: str
    jobs: frozenset[str]
    """Ids of jobs that are named in it."""
    clip: bool
    """A film can be played in it."""
    visible: bool
    """Neither deleted nor gone with its place."""
    thinking: bool = False
    """It says no more than that the bot is thinking, although there was all the time that Discord gives."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Something that was asked for in a chat."""

    words: str
    place: str
    answered: bool
    """A message of the bot's answers it, or the platform says that the bot did not."""


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that an auditor looks at."""

    billed: Sequence[Billed]
    attempts: Sequence[Attempt]
    jobs: Sequence[JobRow]
    lines: Sequence[Line]
    purses: Sequence[Purse]
    shown: Sequence[Shown]
    stories: Mapping[str, Sequence[Step]] = field(default_factory=dict)
    """By job: where it was when, in the order in which it was written down."""
    told: Sequence[Told] = ()
    """Callbacks to jobs that did not know whether their paid call had made a task."""
    apis: Sequence[str] = ()
    """Every video API that was there."""
    drifts: Sequence[str] = ()
    unanswered: Sequence[str] = ()
    """Letters that nobody has answered."""
    accepted: Mapping[str, str] = field(default_factory=dict)
    """Jobs that people were told of as accepted, with the wish."""
    hurt: frozenset[str] = frozenset()
    """Places in which the bot was silenced, or from which it was thrown, at any time."""
    asked_again: Mapping[str, int] = field(default_factory=dict)
    """By job: how often its person asked for the clip once more."""
    deleted: frozenset[str] = frozenset()
    """Jobs whose clip its person had removed."""
    wishes: Mapping[str, int] = field(default_factory=dict)
    """By person: messages and clicks that may each have opened a job."""
    wished: Sequence[Wish] = ()
    """Every wish that was sent on Telegram and Discord."""
    lost_answers: int = 0
    """How often it could not be known whether Telegram had posted an answer: it is then not given again."""
    pending: Sequence[str] = ()
    """Updates that Telegram still has for us."""
    complaints: Sequence[str] = ()
    """What the world's servers found wrong with our requests."""

"""The contract every video API is translated into: what it offers, and the few verbs it must know.

Errors are those of `providers.errors`. Sources of the outside facts stand in each provider's own file.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Protocol, runtime_checkable

CAMERA_MOVES = (
    "Truck left", "Truck right", "Pan left", "Pan right", "Push in", "Pull out", "Pedestal up", "Pedestal down",
    "Tilt up", "Tilt down", "Zoom in", "Zoom out", "Shake", "Tracking shot", "Static shot",
)  # fmt: skip
"""The 15 camera commands of MiniMax, written in the prompt as `[Pan left]` (MiniMax, text-to-video, 2026)."""


class Mode(StrEnum):
    """What the clip is made from."""

    TEXT = "text"
    IMAGE = "image"
    FIRST_LAST = "first_last"


@dataclass(frozen=True, slots=True)
class Format:
    """One cell of a model's matrix: a clip it can make, and what that costs the operator."""

    mode: Mode
    resolution: str
    """In the provider's own word, upper case: `768P`."""
    seconds: int
    price_usd: Decimal
    """List price of one clip in US dollars."""


@dataclass(frozen=True, slots=True)
class PictureRules:
    """What the provider takes as a frame."""

    short_side_above: int = 300
    """The short side must be longer than this many pixels."""
    ratio_most: float = 2.49
    """Longest allowed ratio of the long to the short side; most say 5:2, and some of them mean less than that."""
    most_bytes: int = 20_000_000
    by_url_only: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """One provider's way to make a model, with its price and matrix."""

    provider: str
    model: str
    """The public name, the same whichever provider makes it."""
    wire_model: str
    """The provider's own name for it."""
    formats: tuple[Format, ...]
    """In order of preference: the first one that fits a wish is its default."""
    camera_moves: frozenset[str] = frozenset()
    prompt_most: int = 2000
    """Longest prompt, in characters."""
    picture_rules: PictureRules = field(default_factory=PictureRules)
    prompt_needed_with_picture: bool = False
    """Whether a picture alone is not enough."""
    by_name_only: bool = False
    """Made only for people who ask for the model by its name: it does something else with a picture than the others."""

    @property
    def key(self) -> str:
        """Names this offer in the database and the log."""
        return f"{self.provider}/{self.wire_model}"


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast one key may be used."""

    submits_per_minute: int
    at_once: int
    """Tasks that may be under way together."""
    ask_seconds_least: float = 5.0
    """Shortest polite interval between two questions about one task."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A checked picture: upright, free of metadata, JPEG or PNG."""

    path: Path
    media_type: str
    url: str | None = None
    """Where the provider can download it, if we are reachable from outside."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a provider is asked to make; already validated against the offer."""

    reference: str
    """Our own id, for providers that take a client reference."""
    wire_model: str
    prompt: str
    seconds: int
    resolution: str
    first_frame: Picture | None = None
    last_frame: Picture | None = None
    last_look: Callable[[], Awaitable[None]] | None = field(default=None, compare=False, repr=False)
    """To be awaited right before the first byte of the paid call: raises if the call must not be made any more."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A provider's receipt for a task."""

    id: str
    cost_micros: int | None = None
    """What the provider says it bills, in millionths of a US dollar."""
    wire_model: str = ""
    """What it was bought for, where a ticket is handed back to the provider; a provider need not fill it in."""


class FailReason(StrEnum):
    """Why a task ended without a clip."""

    CONTENT = "content"
    INPUT = "input"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Queued:
    """Accepted, not begun."""

    position: int | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """Being made."""

    percent: float | None = None
    """0 to 100, where the provider tells."""


@dataclass(frozen=True, slots=True)
class Done:
    """Made; the clip can be fetched at once, and often not for long."""

    url: str
    cost_micros: int | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """Ended without a clip, and final."""

    reason: FailReason
    detail: str = ""
    """For the log and the operator."""


Progress = Queued | Running | Done | Failed


class Provider(Protocol):
    """A video API. Every method may raise the errors of `providers.errors`; none retries a paid call."""

    @property
    def name(self) -> str:
        """As in `PROVIDERS` and in addresses: lower case, letters, digits and underscores."""
        ...

    @property
    def offers(self) -> tuple[Offer, ...]:
        """Everything it can make with the operator's key."""
        ...

    @property
    def pace(self) -> Pace:
        """How fast it may be used."""
        ...

    async def submit(self, order: Order, *, callback_url: str | None) -> Ticket:
        """Make the one paid call.

        Raises:
            TryLater: Verifiably not made; may be submitted again.
            Refused: Verifiably not made; the request is at fault.
            Misconfigured: Verifiably not made; the operator's account is at fault.
            OutcomeUnknown: Sent, and the answer was lost. Must never be repeated.
            UnexpectedReply: Answered unreadably; to be treated as OutcomeUnknown.
        """
        ...

    async def poll(self, ticket: Ticket) -> Progress:
        """Ask how the task is doing. Safe to repeat; an error never changes the task.

        Raises:
            TryLater: No usable answer this time.
            NoSuchTicket: The provider does not know the task, or not yet.
            Misconfigured: The operator's account is at fault.
            UnexpectedReply: Answered unreadably.
        """
        ...

    def fetch(self, done: Done) -> AsyncIterator[bytes]:
        """Stream the clip.

        Raises:
            TryLater: The link may work later, or a fresh poll may give a new one.
        """
        ...


@runtime_checkable
class Proves(Protocol):
    """A provider that can say whether the operator's key holds, without making anything."""

    async def prove(self) -> None:
        """Make a call that needs the key and costs nothing; nothing happens if the key holds.

        Raises:
            Misconfigured: It does not, or the address is wrong.
            TryLater: Nobody can say just now.
            UnexpectedReply: Answered unreadably.
        """
        ...


@dataclass(frozen=True, slots=True)
class LostCall:
    """A paid call whose answer nobody has, with all that may tell its task from others of the same key."""

    order: Order
    begun_at: datetime
    others: frozenset[str] = frozenset()
    """Ids of tasks that are known to belong to other jobs."""
    rivals: int = 0
    """How many other calls were lost or unanswered around the same time: any of them may have made an unknown task."""
    rivals_now: Callable[[], Awaitable[int]] | None = field(default=None, compare=False, repr=False)
    """Counts them anew: to be awaited after a list of tasks has come, for others may have called meanwhile."""


@runtime_checkable
class Finds(Protocol):
    """A provider that can be asked whether a submit arrived."""

    async def find(self, lost: LostCall) -> Ticket | None:
        """Look for the task that a lost call has made. None means: verifiably never accepted.

        Raises:
            TryLater: Nobody can say (yet): the task may still turn up.
            UnexpectedReply: Answered unreadably, or more than one task could be it.
        """
        ...


@runtime_checkable
class Cancels(Protocol):
    """A provider that can stop a task."""

    async def cancel(self, ticket: Ticket) -> bool:
        """Stop it. True if it will not be made and not be billed, False if it is too late."""
        ...


@dataclass(frozen=True, slots=True)
class News:
    """What a provider's callback told: a hint, never the truth."""

    ticket: Ticket | None
    """The task it speaks of, or None for a mere handshake."""
    answer: bytes = b""
    """What the provider expects to hear back."""


@runtime_checkable
class CallsBack(Protocol):
    """A provider that calls an address of ours when a task moves on."""

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> News:
        """Read a callback without believing it.

        Raises:
            UnexpectedReply: Not a callback of this provider, or its signature does not hold.
        """
        ...


@runtime_checkable
class LearnsSecret(Protocol):
    """A provider that calls back and has to be asked for the secret that its callbacks are signed with."""

    async def learn_secret(self) -> None:
        """Ask for it if it is not known, as after a restart; where nobody answers, nothing is learned or raised."""
        ...

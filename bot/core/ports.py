"""What the core needs of the world around it: every port says what must hold, and one contract suite each checks it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

from bot.core.model import (
    CommunityId,
    Delivery,
    FileName,
    Incoming,
    JobId,
    Note,
    Place,
    Reply,
    UserId,
)


class Alarm(Protocol):
    """What will be called when its time has come."""

    def cancel(self) -> None:
        """Have it not called, if it was not yet."""
        ...


class Clock(Protocol):
    """Time, handed in so that a test need not wait."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        """Wait until *event* is set (True) or *seconds* have passed (False); None waits for the event alone."""
        ...

    def alarm(self, seconds: float, call: Callable[[], object]) -> Alarm:
        """Have *call* called on the event loop when *seconds* have passed; nothing waits for it meanwhile."""
        ...


# ---------------------------------------------------------------------------------------------- the chats


class PlaceGone(Exception):
    """Nothing can be posted at this place any more: deleted, forbidden, blocked. Final."""


class TooLarge(Exception):
    """The platform refused the file for its size; nothing was posted."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(f"at most {most_bytes} bytes")
        self.most_bytes = most_bytes


class NotNow(Exception):
    """The platform verifiably posted nothing and asks to be left alone for a while."""

    def __init__(self, after_seconds: float) -> None:
        super().__init__(f"not before {after_seconds} s")
        self.after_seconds = after_seconds


class NotWelcome(Exception):
    """A chat's network will not have us however often we try; the words say what the operator has to mend."""


Receive = Callable[[Incoming], Awaitable[Reply]]


class Platform(Protocol):
    """A chat. It translates and decides nothing; places and handles are opaque outside it."""

    @property
    def name(self) -> str:
        """As in `Place.platform`."""
        ...

    async def run(self, receive: Receive) -> None:
        """Listen until cancelled: every message or click becomes one `Incoming`, confirmed only after `receive` ended.

        The same message delivered twice by the network carries the same `Incoming.key`.

        Raises:
            NotWelcome: Listening any longer is of no use: the token was revoked, for example.
        """
        ...

    async def acknowledge(self, incoming: Incoming) -> None:
        """Show at once that the message was seen, within the platform's own deadline."""
        ...

    async def show(self, place: Place, note: Note) -> str | None:
        """Draw or redraw a job's note. May be dropped when edits come too fast. Returns the note's handle, if new."""
        ...

    async def tell(self, place: Place, note: Note) -> str | None:
        """Like `show`, but may not be dropped: an ending, or a question whose answer comes back as a command.

        Raises:
            PlaceGone: Nobody can be told here.
            NotNow: Try again later.
        """
        ...

    async def deliver(self, place: Place, delivery: Delivery) -> str | None:
        """Post the clip where it was asked for and notify the asker alone. Returns the handle, if new.

        Idempotent per job where the platform allows it; where it does not, `delivery.repeat` says that an earlier try
        was cut short.

        Raises:
            PlaceGone: No place is left to post to.
            TooLarge: This very path takes less than `most_bytes` promised.
            NotNow: Verifiably not posted; try again later.
        """
        ...

    async def most_bytes(self, place: Place) -> int:
        """The largest file that can be posted at *place* at this moment, in bytes."""
        ...

    async def write(self, user: UserId, text: str) -> None:
        """Write to one person in private, whom nobody asked: an operator who has something to mend.

        Raises:
            PlaceGone: They cannot be written to.
            NotNow: Try again later.
        """
        ...


@runtime_checkable
class ReachesAdmins(Protocol):
    """A power of chats whose communities have admins."""

    async def tell_admins(self, community: CommunityId, text: str, handle: str | None) -> bool:
        """Tell those who may set limits there, where nobody else reads it; False if none of them can be reached.

        Args:
            community: Whose admins.
            text: What to tell them.
            handle: The note that it is about, to be pointed at; None if there is none.

        Raises:
            NotNow: Nobody has been told; try again later.
            OSError: Likewise.
        """
        ...


@runtime_checkable
class KnowsWatchers(Protocol):
    """A power of chats that know whether anybody looks."""

    def watched(self, place: Place) -> bool:
        """Whether anybody would see progress that is shown at *place* now: it need not even be drawn for nobody."""
        ...


# ---------------------------------------------------------------------------------------------- files and media


class BadPicture(Exception):
    """The picture cannot be used; `problem` names the sentence in `sentences.py` that says why."""

    def __init__(self, problem: str, **values: object) -> None:
        super().__init__(problem)
        self.problem = problem
        self.values = values


class BadClip(Exception):
    """What was fetched is not a video that plays."""


class Files(Protocol):
    """Pictures and clips on disk, by name."""

    def picture(self, name: FileName) -> Path: ...

    def clip(self, name: FileName) -> Path: ...

    def scratch(self) -> AbstractAsyncContextManager[Path]:
        """A folder that is gone when the block ends, on the same disk as the clips."""
        ...

    async def keep_picture(self, source: Path, name: FileName) -> None:
        """Move a checked picture in; durable when it returns."""
        ...

    async def keep_clip(self, source: Path, name: FileName) -> None:
        """Move a checked clip or thumbnail in; durable when it returns."""
        ...

    async def receive(self, stream: AsyncIterator[bytes], into: Path, most_bytes: int) -> int:
        """Write a stream to a file; returns its size.

        Raises:
            TooLarge: The stream is longer than *most_bytes*.
        """
        ...

    async def kept_before(self, moment: datetime) -> tuple[list[FileName], list[FileName]]:
        """Names of images and clips (thumbnails included) that were moved in before *moment*."""
        ...

    async def remove_pictures(self, names: Sequence[FileName]) -> None: ...

    async def remove_clips(self, names: Sequence[FileName]) -> None: ...


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """A picture after it was checked and repaired."""

    path: Path
    media_type: str
    width: int
    height: int
    first_of_many: bool
    """It was animated; this is its first frame."""
    padded: bool
    """Edges were added to bring it into the allowed proportions."""


@dataclass(frozen=True, slots=True)
class ClipFacts:
    """What a video file really is."""

    width: int
    height: int
    seconds: float
    size: int
    codec: str
    plays_everywhere: bool
    """MP4, H.264, yuv420p, moov first: plays inline in every chat."""


class Media(Protocol):
    """Work on untrusted pixels, done in a child process with limits on time and memory."""

    async def check_picture(self, source: Path, into: Path) -> PictureFacts:
        """Make an upright, plain JPEG or PNG below *into* (a path without suffix).

        Raises:
            BadPicture: It cannot be used.
        """
        ...

    async def probe(self, path: Path) -> ClipFacts:
        """Read what a video is, by decoding some of it.

        Raises:
            BadClip: Not a video that plays.
        """
        ...

    async def polish(self, source: Path, into: Path, thumbnail: Path | None = None) -> ClipFacts:
        """Make *into* an MP4 that plays everywhere: remuxed where that is enough, re-encoded where not.

        Its first frame becomes *thumbnail*, if one is wanted: a JPEG of at most 320 pixels a side.

        Raises:
            BadClip: Not a video that plays.
            OSError: Our disk takes no more.
        """
        ...

    async def fit(self, source: Path, into: Path, most_bytes: int) -> ClipFacts:
        """Re-encode to at most *most_bytes*.

        Raises:
            TooLarge: Not possible at any decent quality.
        """
        ...


# ---------------------------------------------------------------------------------------------- who carries


class Engine(Protocol):
    """Somebody carries every living job."""

    def ensure(self, job: JobId) -> bool:
        """Make sure that somebody carries this job, and that they look at it now; asking again changes nothing.

        Returns whether it is carried here. If not, whoever carries it learns of every change from the job's row.
        """
        ...

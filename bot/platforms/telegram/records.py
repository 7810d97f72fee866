"""Which message stands for a job: remembered the moment it exists, so that no restart posts a second one."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from enum import StrEnum
from weakref import WeakValueDictionary

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.core.model import JobId, State
from bot.core.ports import NotNow
from bot.core.store import Memory, StoreTrouble
from bot.platforms.telegram.places import NAME, read_handle

IN_MEMORY = 20_000
TROUBLE_SECONDS = 5.0

log = structlog.get_logger("reelbot.telegram")


class Kind(StrEnum):
    """What a job's message is."""

    NONE = "none"
    """There is none: never posted, deleted, or about to be posted anew."""
    TEXT = "text"
    CLIP = "clip"


class FileKind(StrEnum):
    """As what Telegram keeps a clip: one without sound may come back as an animation."""

    VIDEO = "video"
    ANIMATION = "animation"
    DOCUMENT = "document"


class Leftover(BaseModel):
    """A message of ours that has to go."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    chat: int
    message: int
    instead: str = ""
    """What it becomes, as a plain picture, if it is too old to be deleted; empty if it may stay then."""


class Record(BaseModel):
    """A job's message."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: Kind = Kind.NONE
    chat: int = 0
    message: int = 0
    topic: int | None = None
    drawn: str = ""
    """What it shows, shortened to a fingerprint: the same is not drawn twice."""
    file_id: str | None = None
    """Sends the clip again without uploading it."""
    file_kind: FileKind = FileKind.VIDEO
    before: tuple[Leftover, ...] = ()
    """What stood for the job before; it has to go when the clip is there."""
    leaving: tuple[Leftover, ...] = ()
    """What has to go, and is not known to be gone yet."""
    called: tuple[State, ...] = ()
    """States that the asker has been called for: once each."""
    call: int | None = None
    """The message that called them for the clip."""

    @property
    def here(self) -> Leftover:
        """The job's message, as one that has to go."""
        return Leftover(chat=self.chat, message=self.message)


@dataclass(frozen=True, slots=True)
class _Known:
    """A record as this process has it, and the text in the memory that it goes beyond."""

    record: Record
    kept: str | None


class Records:
    """Keeps one record per job.

    Several processes may write them, so each is looked up anew for every change of a message: who listens moves a
    note, who works turns it into the clip.

    Args:
        memory: Where they outlive the process.
    """

    def __init__(self, *, memory: Memory) -> None:
        self._memory = memory
        self._known: OrderedDict[JobId, _Known] = OrderedDict()
        self._turns: WeakValueDictionary[JobId, asyncio.Lock] = WeakValueDictionary()

    def turn(self, job: JobId) -> asyncio.Lock:
        """One change of a job's message at a time."""
        return self._turns.setdefault(job, asyncio.Lock())

    async def of(self, job: JobId, handle: str | None = None) -> Record:
        """The record of a job; *handle* is what the core knows of its message.

        Raises:
            NotNow: It cannot be read, and without it something might be posted twice.
        """
        known = self._known.get(job)
        try:
            kept = await self._memory.kept(NAME, _key(job))
        except StoreTrouble as trouble:
            if known is not None:
                return known.record
            raise NotNow(TROUBLE_SECONDS) from trouble
        if known is not None and known.kept == kept:
            return known.record
        if (record := _read(job, kept)) is not None:
            return self._remember(job, record, kept)
        place = read_handle(handle)
        return Record(kind=Kind.TEXT, chat=place[0], message=place[1]) if place else Record()

    def seen(self, job: JobId, record: Record) -> None:
        """Remember what is not worth a write: how far the progress was that its message shows."""
        self._remember(job, record, self._last_kept(job))

    async def keep(self, job: JobId, record: Record) -> Record:
        """Remember it; what cannot be written down is at least known until the process ends.

        Returns:
            What is remembered: if another process has changed the record since this one looked, the two as one.
        """
        record = await self._joined(job, record)
        self._remember(job, record, self._last_kept(job))
        text = record.model_dump_json(exclude_defaults=True)
        try:
            await self._memory.keep(NAME, _key(job), text)
        except StoreTrouble as trouble:
            log.warning("a record could not be kept", job=job, detail=repr(trouble))
            return record
        return self._remember(job, record, text)

    async def _joined(self, job: JobId, record: Record) -> Record:
        try:
            kept = await self._memory.kept(NAME, _key(job))
        except StoreTrouble:
            return record
        theirs = None if kept == self._last_kept(job) else _read(job, kept)
        return record if theirs is None else _one_of_two(record, theirs)

    async def written(self, job: JobId, record: Record) -> None:
        """Make sure that the memory has *record*: a crash would otherwise let the next process begin anew.

        Raises:
            NotNow: It cannot be written.
        """
        text = record.model_dump_json(exclude_defaults=True)
        if self._last_kept(job) == text:
            return
        try:
            await self._memory.keep(NAME, _key(job), text)
        except StoreTrouble as trouble:
            raise NotNow(TROUBLE_SECONDS) from trouble
        self._remember(job, record, text)

    def _last_kept(self, job: JobId) -> str | None:
        known = self._known.get(job)
        return None if known is None else known.kept

    def _remember(self, job: JobId, record: Record, kept: str | None) -> Record:
        self._known[job] = _Known(record, kept)
        self._known.move_to_end(job)
        if len(self._known) > IN_MEMORY:
            self._known.popitem(last=False)
        return record


def _read(job: JobId, kept: str | None) -> Record | None:
    if kept is None:
        return None
    try:
        return Record.model_validate_json(kept)
    except ValidationError:
        log.warning("a record could not be read", job=job)
        return None


def _one_of_two(ours: Record, theirs: Record) -> Record:
    """One message stands for a job, a clip rather than a note; the other one has to go."""
    if theirs.kind is Kind.NONE or theirs.here == ours.here:
        return ours
    stays, goes = (theirs, ours) if theirs.kind is Kind.CLIP and ours.kind is Kind.TEXT else (ours, theirs)
    leaving = (*ours.leaving, *theirs.leaving, goes.here)
    return stays.model_copy(update={"leaving": tuple(dict.fromkeys(one for one in leaving if one != stays.here))})


def _key(job: JobId) -> str:
    return f"note:{job}"

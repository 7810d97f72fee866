"""The one message of a job while it has no clip: posted once, edited sparingly, its endings never dropped."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, replace

import structlog

from bot.core.model import JobId, Note, Place, State
from bot.core.ports import NotNow, PlaceGone
from bot.platforms.telegram.buttons import Buttons
from bot.platforms.telegram.drawing import calling, fingerprint, note_text
from bot.platforms.telegram.ladder import GONE, first_that_takes
from bot.platforms.telegram.line import Line, Spot, Words, spot_of
from bot.platforms.telegram.pace import Pace
from bot.platforms.telegram.places import Address, address_of, handle_of
from bot.platforms.telegram.records import Kind, Leftover, Record, Records
from bot.platforms.telegram.removals import Removals
from bot.platforms.telegram.troubles import AlreadyClip, Declined, MaybeDone

CALLING = frozenset({State.DELIVERED, State.FAILED, State.UNDELIVERED, State.OVERDUE, State.UNSURE})
"""States that the asker is called for, once each: an edit alone makes no phone ring."""

HARMLESS = (OSError, NotNow, PlaceGone, Declined)
"""What may go wrong with something that is worth no second try."""

TOLD_REMEMBERED = 20_000
"""Jobs whose last word is known to be newer than an answer that is still on its way."""

log = structlog.get_logger("reelbot.telegram")


@dataclass(frozen=True, slots=True)
class Desk:
    """What notes and deliveries work with."""

    line: Line
    pace: Pace
    records: Records
    buttons: Buttons
    removals: Removals


def removed(note: Note) -> bool:
    """Whether this note is what remains of a clip that its owner deleted."""
    return note.state is State.DELIVERED and not note.buttons


class Notes:
    """Draws notes."""

    def __init__(self, *, desk: Desk) -> None:
        self._desk = desk
        self._unsure: set[str] = set()
        self._told: OrderedDict[JobId, State] = OrderedDict()

    async def first(self, place: Place, note: Note) -> str | None:
        """Draw the note that an answer brings, unless the job's own life was quicker: it may have ended meanwhile."""
        return None if note.job in self._told else await self.show(place, note)

    async def show(self, place: Place, note: Note) -> str | None:
        """Draw progress, unless that would be too often or a clip is being posted."""
        turn = self._desk.records.turn(note.job)
        if turn.locked() and not removed(note):
            return None
        async with turn:
            record = await self._desk.records.of(note.job, note.handle)
            if removed(note):
                return await self.remove_clip(note, record)
            if record.kind is Kind.TEXT:
                return await self._redraw(place, note, record)
            if record.kind is Kind.CLIP or record.message or note.job in self._unsure:
                # A message that somebody deleted is not posted again for a little progress.
                return None
            return await self._first(place, note)

    async def tell(self, place: Place, note: Note) -> str | None:
        """Draw what may not be dropped.

        Raises:
            PlaceGone: Nobody can be told.
            NotNow, Unsent, MaybeDone: Try again.
        """
        address = address_of(place)
        self._tells(note)
        async with self._desk.records.turn(note.job):
            record = await self._desk.records.of(note.job, note.handle)
            if removed(note):
                return await self.remove_clip(note, record)
            if record.kind is Kind.TEXT:
                try:
                    return await self._retell(address, note, record)
                except GONE as gone:
                    log.info("a note is gone", job=note.job, detail=str(gone))
            record = await self.post(address, note, record, silent=False)
            await self._desk.records.keep(note.job, called(record, note.state))
            return handle_of(record.chat, record.message)

    async def post(self, address: Address, note: Note, record: Record, *, silent: bool) -> Record:
        """Post a note as a new message, on the first spot that takes it, and remember it.

        Raises:
            PlaceGone: No spot is left.
        """
        words = self._words(note, address.asker, silent=silent)

        async def post_at(spot: Spot) -> Record:
            return await self.post_at(spot, words, note, record)

        return await first_that_takes(address, post_at)

    async def post_at(self, spot: Spot, words: Words, note: Note, record: Record) -> Record:
        """Post *words* as the message of the note's job, and remember it."""
        posted = await self._desk.line.say(spot, words)
        here: dict[str, object] = {
            "kind": Kind.TEXT,
            "chat": posted.chat.id,
            "message": posted.message_id,
            "topic": posted.message_thread_id if posted.is_topic_message else None,
            "drawn": _fingerprint(words, note),
        }
        return await self._desk.records.keep(note.job, record.model_copy(update=here))

    async def call(self, note: Note, record: Record, asker: int) -> Record:
        """Call the asker, once for each state; a call that may have gone out is not repeated."""
        if note.state in record.called or note.state not in CALLING:
            return record
        self._unsure.discard(note.job)
        # Written down before: a second call would be worse than none, for the message itself is there.
        record = await self._desk.records.keep(note.job, called(record, note.state))
        words = Words(calling(note.headline, asker, record.chat), html=True)
        try:
            posted = await self._desk.line.say(Spot(record.chat, record.topic, record.message), words)
        except HARMLESS as trouble:
            log.info("could not call the asker", job=note.job, detail=str(trouble))
            return record
        return await self._desk.records.keep(note.job, record.model_copy(update={"call": posted.message_id}))

    async def lower(self, place: Place, note: Note) -> None:
        """Show a note that was asked for again: below what was said meanwhile; a clip, or a note elsewhere, stays.

        Raises:
            PlaceGone: Nobody can be told.
            NotNow, Unsent, MaybeDone: Try again.
        """
        address = address_of(place)
        async with self._desk.records.turn(note.job):
            record, spot = await self._desk.records.of(note.job, note.handle), spot_of(address)
            # Where the note is, the clip will be: asked about from another chat, it stays; and while another process
            # may be turning it into the clip.
            stays = record.kind is Kind.TEXT and (record.chat != spot.chat or note.state is State.DELIVERING)
            if record.kind is not Kind.CLIP and not stays:
                if record.kind is Kind.TEXT:
                    record = record.model_copy(update={"leaving": (*record.leaving, record.here)})
                record = await self.post(address, note, record, silent=False)
                # Not at once: another process may just be turning that very message into the ending or the clip. It
                # writes so down, and the message stays.
                await self._desk.removals.later(note.job, record)
                return
            here = record.chat == spot.chat and record.topic == spot.topic
            words = Words(note_text(note), html=True)
            await self._desk.line.say(replace(spot, reply=record.message) if here else spot, words)

    async def take_back(self, job: JobId, record: Record) -> Record:
        """Remove the message of a job, which has none then."""
        gone = {"kind": Kind.NONE, "leaving": (*record.leaving, record.here)}
        return await self._desk.removals.sweep(job, await self._desk.records.keep(job, record.model_copy(update=gone)))

    async def remove_clip(self, note: Note, record: Record) -> str | None:
        """Take a clip out of the chat; one that is too old to be deleted becomes a plain picture."""
        removals = self._desk.removals
        if record.kind is Kind.NONE:
            await removals.sweep(note.job, record)
            return None
        call = () if record.call is None else (Leftover(chat=record.chat, message=record.call),)
        clip = Leftover(chat=record.chat, message=record.message, instead=note.headline)
        gone = {"kind": Kind.NONE, "call": None, "leaving": (*record.leaving, *call, clip)}
        record = await self._desk.records.keep(note.job, record.model_copy(update=gone))
        await removals.sweep(note.job, record)
        return handle_of(record.chat, record.message)

    def _tells(self, note: Note) -> None:
        if note.state is State.ASKING:
            # A yes is answered with more than that.
            return
        self._told[note.job] = note.state
        if len(self._told) > TOLD_REMEMBERED:
            self._told.popitem(last=False)

    def _words(self, note: Note, owner: int, *, silent: bool) -> Words:
        return Words(note_text(note), html=True, markup=self._desk.buttons.keyboard(note.buttons, owner), silent=silent)

    async def _first(self, place: Place, note: Note) -> str | None:
        """The first message of a job: silent, for whoever asked is still looking."""
        try:
            record = await self.post(address_of(place), note, Record(), silent=True)
        except (MaybeDone, asyncio.CancelledError) as cut:
            # It may be there. Only what has to be told is worth the risk of a second one.
            self._unsure.add(note.job)
            if isinstance(cut, asyncio.CancelledError):
                raise
            return None
        self._desk.pace.edited(note.job)
        return handle_of(record.chat, record.message)

    async def _redraw(self, place: Place, note: Note, record: Record) -> str | None:
        words = self._words(note, address_of(place).asker, silent=True)
        handle, drawn = handle_of(record.chat, record.message), _fingerprint(words, note)
        if drawn == record.drawn or not self._desk.pace.may_edit(record.chat, note.job):
            return handle
        self._desk.pace.edited(note.job)
        try:
            await self._desk.line.rewrite(record.chat, record.message, words)
        except Declined as gone:
            log.info("a note is gone", job=note.job, detail=str(gone))
            kind = Kind.CLIP if isinstance(gone, AlreadyClip) else Kind.NONE
            await self._desk.records.keep(note.job, record.model_copy(update={"kind": kind}))
            return None
        self._desk.records.seen(note.job, record.model_copy(update={"drawn": drawn}))
        return handle

    async def _retell(self, address: Address, note: Note, record: Record) -> str:
        words = self._words(note, address.asker, silent=True)
        drawn = _fingerprint(words, note)
        # A clip whose posting had no answer may stand there instead of what was drawn last.
        if drawn != record.drawn or note.state is State.UNDELIVERED:
            await self._desk.line.rewrite(record.chat, record.message, words)
            record = await self._desk.records.keep(note.job, record.model_copy(update={"drawn": drawn}))
        await self.call(note, record, address.asker)
        return handle_of(record.chat, record.message)


def called(record: Record, state: State) -> Record:
    """The record once the asker has been called for *state*."""
    return record.model_copy(update={"called": (*record.called, state)})


def _fingerprint(words: Words, note: Note) -> str:
    return fingerprint(words.text, tuple(f"{button.action}{button.label}" for button in note.buttons))

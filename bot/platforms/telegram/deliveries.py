"""Handing a clip over: the job's message turns into it, which may be done any number of times and leaves one clip."""

import asyncio
from typing import IO

import structlog
from telegram import (
    Animation,
    Document,
    InputFile,
    InputMediaAnimation,
    InputMediaDocument,
    InputMediaVideo,
    Message,
    Video,
)

from bot.core.model import Delivery, Place
from bot.core.ports import PlaceGone, TooLarge
from bot.platforms.telegram.drawing import clip_caption, note_text
from bot.platforms.telegram.ladder import GONE, first_that_takes
from bot.platforms.telegram.line import InputClip, Spot, Words
from bot.platforms.telegram.notes import Desk, Notes
from bot.platforms.telegram.places import Address, address_of, handle_of
from bot.platforms.telegram.records import FileKind, Kind, Record
from bot.platforms.telegram.troubles import FileGone, FileTooBig, Refused

CLOUD_MOST_BYTES = 49_000_000
"""Of 50 MB in one upload (Bot API, sendVideo) there must be room for the thumbnail and the form."""
LOCAL_MOST_BYTES = 1_990_000_000
"""Likewise of 2000 MB with a local server (Bot API, local server)."""

log = structlog.get_logger("reelbot.telegram")


class Deliveries:
    """Delivers clips.

    Telegram knows no idempotent way to post. So a light text is posted first, if the job has no message yet, and
    remembered; the heavy upload then changes that message, and a lost answer costs nothing but another upload.

    Args:
        desk: What it works with.
        notes: Posts that text, and calls the asker.
    """

    def __init__(self, *, desk: Desk, notes: Notes) -> None:
        self._desk = desk
        self._notes = notes

    async def deliver(self, place: Place, delivery: Delivery) -> str:
        """Put the clip where it was asked for, or as near to it as can be, and call the asker once.

        Raises:
            PlaceGone: No place is left.
            TooLarge: This server takes less than we thought.
            NotNow, Unsent, MaybeDone: Try again; nothing will be there twice.
        """
        address, records = address_of(place), self._desk.records
        async with records.turn(delivery.note.job):
            record = await records.of(delivery.note.job, delivery.note.handle)
            if record.kind is Kind.CLIP and not delivery.repeat:
                # Asked for once more: the old clip goes when the new one is there.
                record = await records.keep(delivery.note.job, _afresh(record))
            if record.kind is not Kind.CLIP:
                await self._desk.line.show_upload(address.chat, address.topic)
                record = await self._placed(address, delivery, record)
            # The call first: what cannot be removed at this moment is removed later, a call is not made up for.
            record = await self._notes.call(delivery.note, record, address.asker)
            await self._desk.removals.sweep(delivery.note.job, record)
            return handle_of(record.chat, record.message)

    async def _placed(self, address: Address, delivery: Delivery, record: Record) -> Record:
        try:
            return await self._put(address, delivery, record)
        except FileTooBig as refusal:
            size = (await asyncio.to_thread(delivery.path.stat)).st_size
            raise TooLarge(size // 2) from refusal

    async def _put(self, address: Address, delivery: Delivery, record: Record) -> Record:
        """Turn the job's message into the clip; where it is gone, or no clip may stand there, one further down."""
        refusal: Exception | None = None
        if record.kind is Kind.TEXT:
            try:
                return await self._turn(address, delivery, record)
            except GONE as gone:
                log.info("a note cannot become its clip", job=delivery.note.job, detail=str(gone))
                refusal = gone if isinstance(gone, PlaceGone) else None
            # Wherever the clip comes to stand, its progress need not stand elsewhere for ever.
            record = record.model_copy(update={"before": (*record.before, record.here)})

        async def put_at(spot: Spot) -> Record:
            nonlocal record
            # Nothing that would not be true if its answer were lost, and the clip went elsewhere or nowhere.
            words = Words(note_text(delivery.coming or delivery.note), html=True, silent=True)
            posted = await self._notes.post_at(spot, words, delivery.note, record)
            try:
                return await self._turn(address, delivery, posted)
            except GONE:
                record = await self._notes.take_back(delivery.note.job, posted)
                raise

        return await first_that_takes(address, put_at, refusal=refusal)

    async def _turn(self, address: Address, delivery: Delivery, record: Record) -> Record:
        # A message that nobody remembers must not become the clip: after a crash another one would, too.
        await self._desk.records.written(delivery.note.job, record)
        line, where = self._desk.line, (record.chat, record.message)
        markup = self._desk.buttons.keyboard(delivery.note.buttons, address.asker)
        caption = clip_caption(delivery.note)
        if record.file_id is not None:
            try:
                known = _known_clip(delivery, record.file_id, record.file_kind, caption)
                return await self._posted(delivery, record, await line.turn_into(*where, known, markup))
            except (FileGone, Refused) as gone:
                log.info("a file is no longer known", job=delivery.note.job, detail=str(gone))
        files = await asyncio.to_thread(_open, delivery)
        try:
            clip = _new_clip(delivery, files, caption)
            return await self._posted(delivery, record, await line.turn_into(*where, clip, markup))
        finally:
            await asyncio.to_thread(_close, files)

    async def _posted(self, delivery: Delivery, record: Record, message: Message | None) -> Record:
        known = _file_of(message)
        changes = {"file_id": known[0], "file_kind": known[1]} if known else {}
        leaving = (*record.leaving, *record.before)
        here = {"kind": Kind.CLIP, "drawn": "", "before": (), "leaving": leaving}
        clip = record.model_copy(update=here | changes)
        return await self._desk.records.keep(delivery.note.job, clip)


def _afresh(record: Record) -> Record:
    """A record whose clip is to be posted anew."""
    return record.model_copy(update={"kind": Kind.NONE, "before": (*record.before, record.here)})


def _open(delivery: Delivery) -> tuple[IO[bytes], bytes | None]:
    """The clip, to be streamed, and its thumbnail, which is small."""
    thumbnail = delivery.thumbnail
    picture = thumbnail.read_bytes() if thumbnail is not None and thumbnail.exists() else None
    return delivery.path.open("rb"), picture


def _close(files: tuple[IO[bytes], bytes | None]) -> None:
    files[0].close()


def _new_clip(delivery: Delivery, files: tuple[IO[bytes], bytes | None], caption: str) -> InputClip:
    content, picture = files
    thumbnail = InputFile(picture, filename="thumbnail.jpg", attach=True) if picture is not None else None
    return InputMediaVideo(
        InputFile(content, filename=f"{delivery.note.job}.mp4", attach=True, read_file_handle=False),
        caption=caption,
        parse_mode="HTML",
        width=delivery.clip.width,
        height=delivery.clip.height,
        duration=_whole_seconds(delivery),
        supports_streaming=True,
        thumbnail=thumbnail,
        has_spoiler=delivery.spoiler or None,
    )


def _known_clip(delivery: Delivery, file_id: str, kind: FileKind, caption: str) -> InputClip:
    """A clip that Telegram has already: as the kind of file that it made of it."""
    width, height, seconds = delivery.clip.width, delivery.clip.height, _whole_seconds(delivery)
    covered = delivery.spoiler or None
    match kind:
        case FileKind.ANIMATION:
            animation = Animation(file_id, file_id, width, height, seconds)
            return InputMediaAnimation(animation, caption=caption, parse_mode="HTML", has_spoiler=covered)
        case FileKind.DOCUMENT:
            return InputMediaDocument(Document(file_id, file_id), caption=caption, parse_mode="HTML")
        case FileKind.VIDEO:
            video = Video(file_id, file_id, width, height, seconds)
            return InputMediaVideo(
                video, caption=caption, parse_mode="HTML", supports_streaming=True, has_spoiler=covered
            )


def _file_of(message: Message | None) -> tuple[str, FileKind] | None:
    """What Telegram made of a clip; one without sound may come back as an animation, which fills `document` too."""
    if message is None:
        return None
    if message.animation:
        return message.animation.file_id, FileKind.ANIMATION
    if message.video:
        return message.video.file_id, FileKind.VIDEO
    return (message.document.file_id, FileKind.DOCUMENT) if message.document else None


def _whole_seconds(delivery: Delivery) -> int:
    return max(1, round(delivery.clip.seconds))

"""Pictures that people send: which file of a message is meant, and fetching it without its address leaving us."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout
from telegram import Bot, Document, ExternalReplyInfo, Message
from telegram.error import TelegramError

from bot.core.ports import Clock, Files, NotNow, TooLarge
from bot.core.texts import Say
from bot.platforms.telegram.troubles import FileTooBig, MaybeDone, Unsent, meaning

CLOUD_MOST_BYTES = 20_000_000
"""What `getFile` serves (Bot API, getFile)."""
LOCAL_MOST_BYTES = 25_000_000
"""A local server serves everything; more than this no picture may have anyway."""
FETCH_SECONDS = 120.0
PAUSES = (1.0, 3.0, 10.0)
"""Seconds between tries, when nothing but the network is wrong."""
_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".heic", ".heif"})
_OK = 200

log = structlog.get_logger("reelbot.telegram")


class NotFetched(Exception):
    """The picture cannot be had; `say` is the sentence that says why."""

    def __init__(self, say: Say, **values: object) -> None:
        super().__init__(say)
        self.say = say
        self.values = values


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture on Telegram's side."""

    file_id: str
    size: int | None
    """In bytes, as its sender says."""


def photo_in(message: Message | ExternalReplyInfo | None) -> Photo | Say | None:
    """The picture of a message, the sentence to answer if what it carries is none, or None if it carries nothing."""
    if message is None:
        return None
    # An animation comes with a document of the same file.
    if message.animation or message.video or message.video_note:
        return Say.TELEGRAM_VIDEO
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return Photo(largest.file_id, largest.file_size)
    if message.document:
        return _in_document(message.document)
    if message.sticker:
        moving = message.sticker.is_animated or message.sticker.is_video
        return Say.TELEGRAM_MOVING_STICKER if moving else Photo(message.sticker.file_id, message.sticker.file_size)
    return None


def _in_document(document: Document) -> Photo | Say:
    """Type and name come from the sender; what the file really is, the core looks at."""
    kind, suffix = document.mime_type or "", Path(document.file_name or "").suffix.lower()
    if kind.startswith("video/"):
        return Say.TELEGRAM_VIDEO
    if kind.startswith("image/") or suffix in _SUFFIXES:
        return Photo(document.file_id, document.file_size)
    return Say.PICTURE_NOT_A_PICTURE


class Pictures:
    """Fetches pictures.

    Args:
        bot: Knows where files lie; such an address holds the token, and is seen by nobody else.
        session: Fetches them.
        files: Where they are put.
        clock: Paces the tries.
        most_bytes: What this server hands out.
    """

    def __init__(self, *, bot: Bot, session: ClientSession, files: Files, clock: Clock, most_bytes: int) -> None:
        self._bot = bot
        self._session = session
        self._files = files
        self._clock = clock
        self._most_bytes = most_bytes

    async def fetch(self, photo: Photo, into: Path) -> Path:
        """Fetch one picture to *into*.

        Raises:
            NotFetched: With the sentence to answer.
        """
        if photo.size is not None and photo.size > self._most_bytes:
            raise self._too_large()
        for pause in (*PAUSES, None):
            try:
                async with asyncio.timeout(FETCH_SECONDS):
                    await self._fetch(photo, into)
            except (OSError, TimeoutError, ClientError, NotNow) as trouble:
                # No words of the error: it may hold the address, and that the token.
                log.warning("could not fetch a picture", trouble=type(trouble).__name__)
            else:
                return into
            if pause is not None:
                await self._clock.wait(asyncio.Event(), pause)
        raise NotFetched(Say.TELEGRAM_NOT_FETCHED)

    async def _fetch(self, photo: Photo, into: Path) -> None:
        try:
            file = await self._bot.get_file(photo.file_id)
        except TelegramError as error:
            cause = meaning(error)
            if isinstance(cause, FileTooBig):
                raise self._too_large() from None
            if isinstance(cause, Unsent | MaybeDone | NotNow):
                raise cause from None
            raise NotFetched(Say.TELEGRAM_NOT_FETCHED) from None
        address = file.file_path or ""
        local = Path(address.removeprefix(f"{self._bot.base_file_url}/"))
        try:
            if local.is_absolute():
                await asyncio.to_thread(shutil.copyfile, local, into)
            else:
                await self._files.receive(self._stream(address), into, self._most_bytes)
        except TooLarge:
            raise self._too_large() from None

    async def _stream(self, address: str) -> AsyncIterator[bytes]:
        timeout = ClientTimeout(total=FETCH_SECONDS)
        async with self._session.get(address, timeout=timeout, allow_redirects=False) as response:
            if response.status != _OK:
                raise OSError(f"status {response.status}")
            async for chunk in response.content.iter_chunked(64 * 1024):
                yield chunk

    def _too_large(self) -> NotFetched:
        return NotFetched(Say.PICTURE_TOO_LARGE_FILE, most_mb=self._most_bytes // 1_000_000)

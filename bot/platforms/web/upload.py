"""A message on its way in: its words, and its pictures streamed into a folder that is gone afterwards."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from aiohttp import BodyPartReader, web
from aiohttp.http import HttpProcessingError

from bot.core.ports import Files, TooLarge
from bot.platforms.web.choices import OPTIONS

PICTURE_MOST_BYTES = 25 * 1024 * 1024
TEXT_MOST = 20_000
"""Characters; more than any model takes, so that the core can say which limit counts."""
READ_SECONDS = 300.0
_WORDS = frozenset({"text", "key", *OPTIONS})
_FRAMES = ("first", "last")
_KEY = re.compile(r"[0-9A-Za-z-]{8,64}")


class BadUpload(Exception):
    """The message cannot be taken; `sentence` names the page's own sentence that says why."""

    def __init__(self, status: int, sentence: str, **values: object) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.values = values


@dataclass(frozen=True, slots=True)
class Upload:
    """A message as the page sent it."""

    key: str
    text: str
    chosen: dict[str, str]
    """What was picked beside the text, by the names in `OPTIONS`."""
    pictures: tuple[Path, ...]
    names: tuple[str, ...]
    """What the person's own files are called, for display."""


async def read_upload(request: web.Request, folder: Path, files: Files) -> Upload:
    """Read a multipart message; pictures go below *folder*.

    Raises:
        BadUpload: With the sentence to answer.
    """
    try:
        async with asyncio.timeout(READ_SECONDS):
            words, frames = await _read_parts(request, folder, files)
    # A broken multipart body shows as a ValueError, a broken connection or encoding as one of the others.
    except (ValueError, TimeoutError, ConnectionError, HttpProcessingError, web.RequestPayloadError) as error:
        raise BadUpload(400, "unreadable") from error
    # A form writes every line break as two characters (HTML standard, multipart/form-data), a person means one.
    key, text = words.get("key", ""), words.get("text", "").replace("\r\n", "\n").strip()
    if not _KEY.fullmatch(key):
        raise BadUpload(400, "unreadable")
    if len(text) > TEXT_MOST:
        raise BadUpload(413, "text_too_long", n=TEXT_MOST)
    if not text and not frames:
        raise BadUpload(400, "nothing_said")
    in_order = [frames[frame] for frame in _FRAMES if frame in frames]
    return Upload(
        key=key,
        text=text,
        chosen={name: words[name] for name in OPTIONS if re.fullmatch(r"[\w.-]{1,60}", words.get(name, ""))},
        pictures=tuple(path for path, _ in in_order),
        names=tuple(name for _, name in in_order),
    )


async def _read_parts(
    request: web.Request, folder: Path, files: Files
) -> tuple[dict[str, str], dict[str, tuple[Path, str]]]:
    if request.content_type != "multipart/form-data":
        raise ValueError("not a form")
    words: dict[str, str] = {}
    frames: dict[str, tuple[Path, str]] = {}
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader):
            raise ValueError("a form in a form")  # noqa: TRY004 it is what the sender wrote that is wrong
        if part.name in _WORDS:
            words[part.name] = (await part.read(decode=True)).decode()
        elif part.name in _FRAMES:
            name = _friendly(part.filename)
            frames[part.name] = await _receive(part, folder / part.name, files, name), name
    return words, frames


async def _receive(part: BodyPartReader, into: Path, files: Files, name: str) -> Path:
    try:
        await files.receive(_chunks(part), into, PICTURE_MOST_BYTES)
    except TooLarge as error:
        raise BadUpload(413, "too_large", name=name) from error
    return into


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    while chunk := await part.read_chunk(64 * 1024):
        yield bytes(chunk)


def _friendly(name: str | None) -> str:
    """A file's name as it may be shown: one line, and not endless."""
    kept = "".join(letter for letter in (name or "") if letter.isprintable())
    return kept[-80:]

"""Pictures on their way in: found in a message, and fetched from Discord's own hosts alone."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import discord

from bot.core.media import MOST_FILE_BYTES
from bot.core.ports import BadPicture, Files, TooLarge
from bot.core.texts import Say, Sentence
from bot.platforms.discord.asked import Attached

HOSTS: Final = frozenset(
    {
        "cdn.discordapp.com",
        "media.discordapp.net",
        "images-ext-1.discordapp.net",
        "images-ext-2.discordapp.net",
    }
)
"""Discord's own; the last two stand before pictures of other sites, so that nobody is sent there."""
FETCH_SECONDS: Final = 60.0
TRIES: Final = 3
PAUSE_SECONDS: Final = 0.5
_CHUNK: Final = 64 * 1024
_GONE: Final = frozenset({400, 401, 403, 404, 410, 415})


class Fetcher:
    """Downloads what Discord stores.

    Args:
        files: Cut off what is too long.
        api_base: Another Discord than the real one keeps its pictures where its API is.
        any_port: Whether that may be on another port, which only private set-ups need.
    """

    def __init__(self, *, files: Files, api_base: str, any_port: bool = False) -> None:
        self._files = files
        self._api = urlsplit(api_base)
        self._any_port = any_port

    async def fetch(self, attached: Iterable[Attached], folder: Path) -> tuple[Path, ...]:
        """Download pictures into *folder*, in order.

        Raises:
            BadPicture: One of them is too large, gone, or not at Discord.
        """
        paths = []
        timeout = aiohttp.ClientTimeout(total=FETCH_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            for number, one in enumerate(attached):
                if one.size > MOST_FILE_BYTES or not self._is_discords(one.url):
                    raise _too_large() if one.size > MOST_FILE_BYTES else BadPicture("picture_not_loaded")
                paths.append(await self._insist(session, one.url, folder / f"picture-{number}"))
        return tuple(paths)

    async def _insist(self, session: aiohttp.ClientSession, url: str, into: Path) -> Path:
        for attempt in range(TRIES):
            try:
                return await self._download(session, url, into)
            except (aiohttp.ClientError, OSError):
                # Of the network, or of a disk without room: neither is a bug of ours.
                await asyncio.sleep(PAUSE_SECONDS * attempt)
        raise BadPicture("picture_not_loaded")

    async def _download(self, session: aiohttp.ClientSession, url: str, into: Path) -> Path:
        # A redirect could lead anywhere; Discord's hosts need none.
        async with session.get(url, allow_redirects=False) as response:
            if response.status in _GONE or response.status // 100 == 3:  # noqa: PLR2004 RFC 9110: a redirect
                raise BadPicture("picture_not_loaded")
            response.raise_for_status()
            try:
                await self._files.receive(_chunks(response), into, MOST_FILE_BYTES)
            except TooLarge as error:
                raise _too_large() from error
        return into

    def _is_discords(self, url: str) -> bool:
        asked = urlsplit(url)
        if asked.scheme == "https" and asked.hostname in HOSTS and asked.port in {None, 443}:
            return True
        if asked.scheme != self._api.scheme or asked.hostname != self._api.hostname:
            return False
        return self._any_port or asked.port == self._api.port


async def _chunks(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    async for chunk in response.content.iter_chunked(_CHUNK):
        yield chunk


def _too_large() -> BadPicture:
    return BadPicture("picture_too_large_file", most_mb=MOST_FILE_BYTES // 1_000_000)


def refusal_of(attachment: discord.Attachment) -> Sentence | None:
    """What is wrong with a picture by its description alone, so that it can be said before anything begins."""
    if attachment.size > MOST_FILE_BYTES:
        return Sentence(Say.PICTURE_TOO_LARGE_FILE, {"most_mb": MOST_FILE_BYTES // 1_000_000})
    if (attachment.content_type or "").startswith(("video/", "audio/", "text/")):
        return Sentence(Say.PICTURE_NOT_A_PICTURE)
    return None


def attached_of(attachment: discord.Attachment) -> Attached:
    """A picture that came with a command."""
    return Attached(url=attachment.url, size=attachment.size)


def pictures_in(message: discord.Message) -> list[tuple[str, Attached]]:
    """Every picture that a message shows, with a name: its own, those of its links, and forwarded ones."""
    found = list(_shown(message))
    for snapshot in message.message_snapshots:
        found += _shown(snapshot)
    return found


def _shown(message: discord.Message | discord.MessageSnapshot) -> Iterator[tuple[str, Attached]]:
    for attachment in message.attachments:
        if (attachment.content_type or "image/").startswith("image/"):
            yield attachment.filename, attached_of(attachment)
    for embed in message.embeds:
        for shown in (embed.image, embed.thumbnail):
            if shown.proxy_url or shown.url:
                yield embed.title or "link", Attached(url=shown.proxy_url or shown.url or "")
    for sticker in message.stickers:
        if sticker.format is discord.StickerFormatType.lottie:
            continue  # a drawing in motion, without a single pixel
        yield sticker.name, Attached(url=sticker.url)

"""The few things we do on Discord, one request each: edit, post, look, delete."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Final, cast

import discord
from discord import ui

from bot.core.model import JobId, Paper
from bot.core.ports import Clock
from bot.platforms.discord.buttons import PATTERN
from bot.platforms.discord.cards import file_name
from bot.platforms.discord.passes import Pass, Passes
from bot.platforms.discord.places import Spoken
from bot.platforms.discord.rest import Dead, Rest, Shut


class _Original:
    """Discord's own name for the response to an interaction, for where the library asks for a message's id.

    Not a string, which the library would escape on its way into the address.
    """

    def __str__(self) -> str:
        return "@original"


ORIGINAL: Final = cast("int", _Original())
DEFAULT_MOST: Final = 10 * 1024 * 1024
"""Least upload limit of any server, and that of private chats (Discord, API Reference, "Uploading Files")."""
LOOKED_THROUGH: Final = 100
"""Messages of a channel that are looked through for a clip of ours."""
_TIER_LASTS: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Described:
    """A picture, and what it says in words."""

    paper: Paper
    words: str


class Acts:
    """Every call either does one thing or raises as `Rest.client` does."""

    def __init__(self, *, rest: Rest, passes: Passes, clock: Clock) -> None:
        self._rest = rest
        self._passes = passes
        self._clock = clock
        self._limits: dict[int, tuple[datetime, int]] = {}

    # ------------------------------------------------------------------------------------------ by a token

    async def edit_response(
        self, one: Pass, view: ui.LayoutView, *, owner: int | None = None, clip: tuple[Path, JobId] | None = None
    ) -> Spoken:
        """Make the response to an interaction show *view*, with this clip or none. Doing it twice changes nothing."""
        files = await _files(clip)
        async with self._by_token(one) as webhook:
            message = await webhook.edit_message(ORIGINAL, view=view, attachments=files, allowed_mentions=_only(owner))
        return Spoken(message.channel.id, message.id)

    async def answer(self, one: Pass, text: str, paper: Paper | None = None, picture: Described | None = None) -> None:
        """Make the response to an interaction say *text*, with a file and a picture below it if there are any."""
        files = [_paper_file(paper)] if paper is not None else []
        files += [_paper_file(picture.paper, picture.words)] if picture is not None else []
        async with self._by_token(one) as webhook:
            await webhook.edit_message(ORIGINAL, content=text, attachments=files)

    async def follow(self, one: Pass, text: str = "", view: ui.LayoutView | None = None) -> None:
        """Say something more, to the person alone."""
        async with self._by_token(one) as webhook:
            if view is None:
                await webhook.send(text, ephemeral=True, wait=True)
            else:
                await webhook.send(view=view, ephemeral=True, wait=True)

    async def take_back(self, one: Pass) -> None:
        """Delete the response to an interaction; one that is gone already is fine."""
        try:
            async with self._by_token(one) as webhook:
                # While the bot is "thinking", what follows counts as the response and would be for everybody
                # (Discord, Receiving and Responding): so the response is given first, and then taken back.
                await webhook.edit_message(ORIGINAL, content="…")
                await webhook.delete_message(ORIGINAL)
        except Shut:
            return

    async def response(self, one: Pass) -> Spoken:
        """The response to an interaction.

        Raises:
            Gone: It has been deleted.
            Shut: It was never acknowledged, or the token is dead.
        """
        async with self._by_token(one) as webhook:
            message = await webhook.fetch_message(ORIGINAL)
        return Spoken(message.channel.id, message.id)

    @asynccontextmanager
    async def _by_token(self, one: Pass) -> AsyncIterator[discord.Webhook]:
        """What speaks by a token, unless Discord has called that dead before.

        Raises:
            Dead: It is; Discord is not asked again, for that counts against our address.
        """
        if self._passes.is_dead(one):
            raise Dead("the token died before")
        try:
            async with self._rest.client() as client:
                yield _webhook(client, one)
        except Dead:
            await self._passes.bury(one)
            raise

    # ------------------------------------------------------------------------------------------ as ourselves

    async def edit(self, spoken: Spoken, view: ui.LayoutView) -> None:
        """Make a message of ours show *view* and no file."""
        async with self._rest.client() as client:
            await _partial(client, spoken).edit(view=view, attachments=[])

    async def post(
        self,
        channel: int,
        view: ui.LayoutView,
        *,
        nonce: str,
        owner: int | None = None,
        clip: tuple[Path, JobId] | None = None,
    ) -> Spoken:
        """Send a message. For some minutes Discord takes a second one of the same *nonce* for the first."""
        files = await _files(clip)
        async with self._rest.client() as client:
            target = client.get_partial_messageable(channel)
            message = await target.send(
                view=view,
                files=files,
                nonce=nonce,
                allowed_mentions=_only(owner),
            )
        return Spoken(channel, message.id)

    async def say(self, channel: int, text: str) -> None:
        """Send plain text."""
        async with self._rest.client() as client:
            await client.get_partial_messageable(channel).send(text)

    async def private_channel(self, user: int) -> int:
        """The private chat with a person."""
        async with self._rest.client() as client:
            return (await client.create_dm(discord.Object(user))).id

    async def has_clip(self, spoken: Spoken, job: JobId) -> bool:
        """Whether this message of ours shows the clip of *job*; no if it is gone."""
        try:
            async with self._rest.client() as client:
                message = await _partial(client, spoken).fetch()
        except Shut:
            return False
        return _carries(message, job)

    async def find_clip(self, channel: int, job: JobId, since: int) -> Spoken | None:
        """A message of ours with the clip of *job*, sent after the moment of the snowflake *since*."""
        try:
            async with self._rest.client() as client:
                target = client.get_partial_messageable(channel)
                # The newest first: what was posted a moment ago is found in a busy channel too.
                after = discord.Object(since)
                async for message in target.history(limit=LOOKED_THROUGH, after=after, oldest_first=False):
                    if _carries(message, job):
                        return Spoken(channel, message.id)
        except Shut:
            # Not allowed to look: then only the nonce stands against a second message.
            return None
        return None

    async def limit_of(self, guild: int | None) -> int:
        """The largest file that we can upload to a server as ourselves, in bytes; of private chats for None."""
        if guild is None:
            return DEFAULT_MOST
        now = self._clock.now()
        known_at, limit = self._limits.get(guild, (now - _TIER_LASTS, DEFAULT_MOST))
        if now - known_at < _TIER_LASTS:
            return limit
        try:
            async with self._rest.client() as client:
                limit = (await client.fetch_guild(guild, with_counts=False)).filesize_limit
        except Shut:
            limit = DEFAULT_MOST
        self._limits[guild] = now, limit
        return limit


def _webhook(client: discord.Client, one: Pass) -> discord.Webhook:
    webhook = discord.Webhook.partial(one.application, one.token.get_secret_value(), client=client)
    # An interaction's token is that of a webhook of the application itself; only such a one may whisper.
    webhook.type = discord.WebhookType.application
    return webhook


def _partial(client: discord.Client, spoken: Spoken) -> discord.PartialMessage:
    return client.get_partial_messageable(spoken.channel).get_partial_message(spoken.message)


def _only(owner: int | None) -> discord.AllowedMentions:
    """Nobody is notified but the owner."""
    who: Sequence[discord.Object] = [discord.Object(owner)] if owner is not None else []
    return discord.AllowedMentions(everyone=False, roles=False, users=who, replied_user=False)


async def _files(clip: tuple[Path, JobId] | None) -> list[discord.File]:
    """The clip as the library uploads it. It closes the file after each call, so every try opens its own."""
    if clip is None:
        return []
    path, job = clip
    return [await asyncio.to_thread(discord.File, path, filename=file_name(job))]


def _paper_file(paper: Paper, description: str | None = None) -> discord.File:
    return discord.File(BytesIO(paper.content), filename=paper.name, description=description)


def _carries(message: discord.Message, job: JobId) -> bool:
    """Whether it shows the clip of *job*, or the link that stands for a clip that no message can carry."""
    if any(attachment.filename == file_name(job) for attachment in message.attachments):
        return True
    buttons = list(_buttons(message.components))
    ours = [found["job"] for one in buttons if (found := re.fullmatch(PATTERN, one.custom_id or ""))]
    return job in ours and any(one.url for one in buttons)


def _buttons(components: Iterable[object]) -> Iterator[discord.Button]:
    for part in components:
        if isinstance(part, discord.Button):
            yield part
        yield from _buttons(getattr(part, "children", ()))

"""Handing a clip over on Discord: into the note while its token lives, else as a message that is posted once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import structlog
from discord import ui

from bot.core.model import Delivery, FileName, JobId
from bot.core.ports import NotNow, TooLarge
from bot.core.texts import Say, Sentence, say
from bot.platforms.discord.acts import DEFAULT_MOST, Acts
from bot.platforms.discord.cards import Link, card, file_name
from bot.platforms.discord.detours import Detours
from bot.platforms.discord.ladder import Ladder, Rung
from bot.platforms.discord.notes import Notes
from bot.platforms.discord.passes import Pass, Passes
from bot.platforms.discord.places import Spoken, Spot, spoken_of
from bot.platforms.discord.rest import Shut, TooBig

LEAST_TRIED: Final = 1_000_000
"""Bytes below which no smaller clip is tried."""
HEADROOM: Final = 0.95
SMALLER: Final = 0.6
TIDY_WITHIN: Final = 10.0
"""Seconds for making the old note say where the clip went; it is no part of the delivery."""
ClipLink = Callable[[FileName], str | None]
"""A public address of a clip; None if the internet does not reach us."""
log = structlog.get_logger("reelbot.discord")


class _NothingTried(Shut):
    """No request was made at all."""


@dataclass(frozen=True, slots=True)
class _Load:
    """What goes out: the clip, or a link to it."""

    spot: Spot
    delivery: Delivery
    size: int
    link: Link | None = None

    @property
    def job(self) -> JobId:
        return self.delivery.note.job

    @property
    def clip(self) -> tuple[Path, JobId] | None:
        return None if self.link else (self.delivery.path, self.job)

    @property
    def nonce(self) -> str:
        """The same for every try of one delivery, another one when the person asks for the clip again."""
        return f"{self.job}-{_base36(self.spot.interaction)}"

    def view(self, *, ping: bool = True) -> ui.LayoutView:
        clip = None if self.link else file_name(self.job)
        covered = self.delivery.spoiler
        return card(self.delivery.note, self.spot.asker, clip=clip, link=self.link, ping=ping, spoiler=covered)


class Clips:
    """Delivers, and knows how large a clip may be."""

    def __init__(
        self, *, acts: Acts, passes: Passes, ladder: Ladder, notes: Notes, detours: Detours, link: ClipLink
    ) -> None:
        self._acts = acts
        self._passes = passes
        self._ladder = ladder
        self._notes = notes
        self._detours = detours
        self._link = link

    async def most_bytes(self, spot: Spot) -> int:
        """What the way that would be taken at this moment takes."""
        one = await self._passes.of(spot.interaction)
        if one is not None:
            return one.most_bytes
        return await self._acts.limit_of(spot.guild if spot.posts else None)

    async def deliver(self, spot: Spot, delivery: Delivery) -> str:
        """Hand it over where it was asked for last, and return the handle of the message that shows it."""
        job = delivery.note.job
        detour = await self._detours.of(job)
        size = await asyncio.to_thread(lambda: delivery.path.stat().st_size)
        if detour is not None:
            # The note that this spot knows is the one to fill; the earlier message is left as it is.
            note, covered = replace(delivery.note, handle=None), await self._detours.covered(detour)
            delivery = replace(delivery, note=note, spoiler=delivery.spoiler or covered)
        async with self._notes.turn(delivery.note):
            spoken = await self._hand_over(_Load(detour or spot, delivery, size))
        if detour is not None:
            await self._detours.end(job)
        return spoken.handle()

    async def _hand_over(self, load: _Load) -> Spoken:
        # Before all else: what was shut when an earlier try posted its clip elsewhere may be open again.
        if load.delivery.repeat and (found := await self._posted_before(load)) is not None:
            return found
        try:
            return await self._into_note(load)
        except Shut as shut:
            log.info("the note cannot become the clip", detail=str(shut))
            # The library itself tries again after an error of a server, and the token may die in between.
            tried = not isinstance(shut, _NothingTried)
        if tried and (found := await self._found(load)) is not None:
            return found
        spoken = await self._ladder.climb(load.spot, lambda rung: self._post(load, rung))
        await self._tidy(load)
        return spoken

    async def _into_note(self, load: _Load) -> Spoken:
        """Edit the response to the interaction: doing it twice changes nothing."""
        one = await self._token(load)
        if one is None:
            raise _NothingTried("no token for the note")
        if load.size > one.most_bytes:
            raise TooLarge(one.most_bytes)
        return await self._send(load, lambda fit: self._edit(one, fit))

    async def _token(self, load: _Load) -> Pass | None:
        """What can edit the job's note without our being there: its own interaction, or a click on it."""
        spot, moved = load.spot, spoken_of(load.delivery.note.handle)
        mine = spot.answers(moved.message) if moved is not None else self._notes.is_response(spot, load.job)
        if mine and (one := await self._passes.of(spot.interaction)) is not None:
            return one
        note = moved.message if moved is not None else spot.message
        return self._passes.of_pressed(note) if note is not None and not spot.posts else None

    async def _edit(self, one: Pass, load: _Load) -> Spoken:
        return await self._acts.edit_response(one, load.view(), owner=load.spot.asker, clip=load.clip)

    async def _post(self, load: _Load, rung: Rung) -> Spoken:
        if load.delivery.repeat:
            found = await self._acts.find_clip(rung.channel, load.job, load.spot.interaction)
            if found is not None:
                return found
        limit = await self._acts.limit_of(rung.guild)
        if load.size > limit:
            raise TooLarge(limit)

        async def post(fit: _Load) -> Spoken:
            view = fit.view(ping=rung.guild is not None)
            return await self._acts.post(rung.channel, view, nonce=fit.nonce, owner=fit.spot.asker, clip=fit.clip)

        return await self._send(load, post)

    async def _send(self, load: _Load, send: Callable[[_Load], Awaitable[Spoken]]) -> Spoken:
        try:
            return await send(load)
        except TooBig:
            return await send(replace(load, link=self._instead(load)))

    def _instead(self, load: _Load) -> Link:
        """What to do about a refused size: first a smaller clip, then a link, then a still smaller clip.

        Raises:
            TooLarge: Try again with so many bytes.
        """
        if load.size > DEFAULT_MOST * HEADROOM:
            # What Discord announces is an upper bound and no promise; this much every way takes.
            raise TooLarge(int(DEFAULT_MOST * HEADROOM))
        address = self._link(load.delivery.clip.file)
        if address is not None:
            return Link(say(Sentence(Say.WATCH_CLIP), load.delivery.language), address)
        raise TooLarge(int(load.size * SMALLER) if load.size > LEAST_TRIED else load.size)

    async def _posted_before(self, load: _Load) -> Spoken | None:
        """The message of an earlier try, wherever in this place it came to stand."""
        if (found := await self._found(load)) is not None:
            return found
        spot = load.spot
        for channel in (spot.channel, spot.parent) if spot.posts else ():
            if channel is None:
                continue
            if (found := await self._acts.find_clip(channel, load.job, spot.interaction)) is not None:
                return found
        return None

    async def _found(self, load: _Load) -> Spoken | None:
        """The message that an earlier try made, if its answer was all that got lost."""
        spot = load.spot
        known = [spoken_of(load.delivery.note.handle)]
        known.append(Spoken(spot.channel, spot.message) if spot.message is not None else None)
        for spoken in known:
            if spoken is not None and await self._acts.has_clip(spoken, load.job):
                return spoken
        return None

    async def _tidy(self, load: _Load) -> None:
        """The old note says that it is done, without buttons: those are under the clip now."""
        note = replace(load.delivery.note, buttons=())
        try:
            async with asyncio.timeout(TIDY_WITHIN):
                await self._notes.redraw(load.spot, note, card(note, load.spot.asker))
        except (Shut, NotNow, OSError) as trouble:
            log.debug("the old note stays as it is", detail=repr(trouble))


_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def _base36(number: int) -> str:
    """At most 13 characters for a snowflake, so that a nonce stays within Discord's 25."""
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits

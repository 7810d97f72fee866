"""A job's note on Discord: one message, edited by whatever can still edit it."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from weakref import WeakValueDictionary

from discord import ui

from bot.core.model import JobId, Note, State
from bot.platforms.discord.acts import Acts
from bot.platforms.discord.cards import card
from bot.platforms.discord.ladder import Ladder, Rung
from bot.platforms.discord.pace import Pace
from bot.platforms.discord.passes import Pass, Passes
from bot.platforms.discord.places import Spoken, Spot, spoken_of
from bot.platforms.discord.rest import Shut

REMEMBERED: Final = 20_000
"""Responses whose job is known."""


class Notes:
    """Draws notes where they belong."""

    def __init__(self, *, acts: Acts, passes: Passes, ladder: Ladder, pace: Pace) -> None:
        self._acts = acts
        self._passes = passes
        self._ladder = ladder
        self._pace = pace
        self._holders: OrderedDict[int, JobId] = OrderedDict()
        self._turns: WeakValueDictionary[JobId, asyncio.Lock] = WeakValueDictionary()

    async def first(self, spot: Spot, note: Note) -> None:
        """Draw a note for the first time, unless the job's own life was quicker.

        Raises:
            Shut: It cannot be drawn here; the job's life will find a way to tell.
        """
        async with self._lock(note):
            if not self._pace.knows(note.job):
                await self.redraw(spot, note, card(note, spot.asker))
                self._pace.drew(note)

    async def show(self, spot: Spot, note: Note) -> str | None:
        """Draw progress, if it is time for it and there is a message that can be edited."""
        if note.state is State.DELIVERED and note.buttons:
            # The clip's own card says so; drawn again without its file it would lose it.
            return None
        async with self._lock(note):
            # What has ended is drawn because somebody did something, a clip was deleted for example: always.
            if not (note.state.ended or self._pace.is_due(note)):
                return None
            try:
                spoken = await self.redraw(spot, note, card(note, spot.asker))
            except Shut:
                return None
            self._pace.drew(note)
            return spoken.handle()

    async def tell(self, spot: Spot, note: Note) -> str | None:
        """Draw what must be seen: in the note if it can be edited, else in a new message.

        Raises:
            PlaceGone: Nobody can be told.
        """

        async def post(rung: Rung) -> Spoken:
            view = card(note, spot.asker, ping=rung.guild is not None)
            nonce = f"{note.job}-{note.state}"
            return await self._acts.post(rung.channel, view, nonce=nonce, owner=spot.asker)

        async with self.turn(note):
            try:
                spoken = await self.redraw(spot, note, card(note, spot.asker))
            except Shut:
                spoken = await self._ladder.climb(spot, post)
        return spoken.handle()

    @asynccontextmanager
    async def turn(self, note: Note) -> AsyncIterator[None]:
        """Nothing else of this job is drawn meanwhile; what was said in it counts as drawn if it succeeds."""
        async with self._lock(note):
            yield
            self._pace.drew(note)

    def _lock(self, note: Note) -> asyncio.Lock:
        return self._turns.setdefault(note.job, asyncio.Lock())

    async def redraw(self, spot: Spot, note: Note, view: ui.LayoutView) -> Spoken:
        """Edit the note by a token that lives, or as ourselves.

        Raises:
            Shut: Nothing can edit it any more.
        """
        spoken = spoken_of(note.handle)
        if spoken is None and not self.is_response(spot, note.job):
            raise Shut("the response belongs to another job")
        if spoken is None and spot.message is not None:
            spoken = Spoken(spot.channel, spot.message)
        for one in await self._tokens(spot, spoken):
            try:
                return await self._acts.edit_response(one, view)
            except Shut:
                continue
        if spoken is None or not (spot.posts or spoken.channel != spot.channel):
            raise Shut("no message of ours that we may edit")
        await self._acts.edit(spoken, view)
        return spoken

    def is_response(self, spot: Spot, job: JobId) -> bool:
        """Whether the response to this interaction is this job's note: it is that of the first that is drawn there."""
        holder = self._holders.setdefault(spot.interaction, job)
        if len(self._holders) > REMEMBERED:
            self._holders.popitem(last=False)
        return holder == job

    async def _tokens(self, spot: Spot, spoken: Spoken | None) -> list[Pass]:
        """What could edit that message without our being there: its own interaction, and clicks on it."""
        found = [self._passes.of_pressed(spoken.message)] if spoken is not None else []
        if spoken is None or spot.answers(spoken.message):
            found.append(await self._passes.of(spot.interaction))
        return [one for one in found if one is not None]

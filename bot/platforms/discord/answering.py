"""What the core answered to an interaction, said in the manner in which it was acknowledged."""

from bot.core.model import ButtonAction, Reply
from bot.platforms.discord.acts import Acts, Described
from bot.platforms.discord.asked import Asked, Manner
from bot.platforms.discord.cards import ALT_MOST, card
from bot.platforms.discord.markdown import excerpt, named, pages, plain, timed
from bot.platforms.discord.notes import Notes
from bot.platforms.discord.passes import Pass
from bot.platforms.discord.places import Spot
from bot.platforms.discord.rest import Shut

TEXT_MOST = 2000
"""Characters of a message (Discord, Create Message)."""
PAGES_MOST = 4
"""One answer and three more messages: a server that has not installed the bot lets five follow."""


class Answers:
    """Says replies. Every method raises as `Rest.client` does."""

    def __init__(self, *, acts: Acts, notes: Notes) -> None:
        self._acts = acts
        self._notes = notes

    async def say(self, asked: Asked, one: Pass, spot: Spot, reply: Reply) -> None:
        """Say a reply; saying it again after a crash leaves at most a whisper twice."""
        match asked.manner:
            case Manner.PUBLIC if reply.accepted:
                if reply.note is not None and not reply.elsewhere:
                    await self._notes.first(spot, reply.note)
                await self._whisper(one, reply.text)
            case Manner.PUBLIC if awaits_clip(asked, reply):
                # The clip itself will be the answer.
                return
            case Manner.PUBLIC:
                # Refused: nobody else needs to see that, and what is public cannot be made private.
                await self._acts.take_back(one)
                await self._privately(asked, one, reply)
            case Manner.PRIVATE:
                await self._into_response(asked, one, reply)
            case Manner.QUIET:
                await self._beside(one, spot, reply)

    async def _into_response(self, asked: Asked, one: Pass, reply: Reply) -> None:
        if reply.note is not None:
            await self._acts.edit_response(one, card(reply.note, asked.user))
            return
        words = named(plain(reply.text)) if asked.text.startswith("/limits") else plain(reply.text)
        first, *more = pages(timed(words), TEXT_MOST)[:PAGES_MOST]
        picture = Described(reply.picture, excerpt(reply.text, ALT_MOST)) if reply.picture is not None else None
        await self._acts.answer(one, first, reply.paper, picture)
        for page in more:
            await self._acts.follow(one, page)

    async def _privately(self, asked: Asked, one: Pass, reply: Reply) -> None:
        if reply.note is not None:
            await self._acts.follow(one, view=card(reply.note, asked.user))
        await self._whisper(one, reply.text)

    async def _beside(self, one: Pass, spot: Spot, reply: Reply) -> None:
        """The pressed message shows the new state if there is one; words go to the person alone."""
        if reply.note is not None:
            if not reply.elsewhere:
                await self._notes.first(spot, reply.note)
        elif not reply.in_note:
            await self._whisper(one, reply.text)

    async def _whisper(self, one: Pass, text: str) -> None:
        for page in pages(timed(plain(text)), TEXT_MOST)[:PAGES_MOST] if text else ():
            try:
                await self._acts.follow(one, page)
            except Shut:
                return


def awaits_clip(asked: Asked, reply: Reply) -> bool:
    """Whether the answer to a `/job` is the clip, which is on its way."""
    return asked.text.startswith(f"/{ButtonAction.JOB} ") and reply.job is not None and reply.note is None

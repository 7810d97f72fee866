"""How the core's answers are spoken on Telegram: as messages, as notes, as the answer to a click, as a file."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from html import escape
from itertools import chain, repeat

import structlog
from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup

from bot.core.model import Place, Reply, User
from bot.core.ports import Clock, NotNow, PlaceGone
from bot.core.texts import Say, Sentence, say
from bot.platforms.telegram.choices import Choices, Wish, read_wish
from bot.platforms.telegram.drawing import TEXT_MOST, calling, code, pages, quiet
from bot.platforms.telegram.ladder import first_that_takes
from bot.platforms.telegram.line import Line, Spot, Words
from bot.platforms.telegram.notes import Desk, Notes
from bot.platforms.telegram.places import Address, address_of
from bot.platforms.telegram.troubles import Declined, MaybeDone, Unsent

INSISTING = timedelta(minutes=10)
"""How long an answer that verifiably was not sent is tried again."""
_PAUSES = (1.0, 3.0, 10.0, 30.0)
ANSWER_MOST = 200
"""Characters of the answer to a click (Bot API, answerCallbackQuery)."""
FOR_ONE = frozenset({"credits", "jobs", "usage", "blocked", "export", "forget"})
"""Commands whose answers concern nobody else in a group."""

log = structlog.get_logger("reelbot.telegram")


class Replies:
    """Speaks replies.

    Args:
        desk: What it works with.
        notes: Draws the notes of jobs.
        clock: Paces the tries.
        choices: Draws what can be chosen under a prompt that is handed back.
    """

    def __init__(self, *, desk: Desk, notes: Notes, clock: Clock, choices: Choices) -> None:
        self.line: Line = desk.line
        self._buttons = desk.buttons
        self._notes = notes
        self._clock = clock
        self.choices = choices

    async def to_message(
        self, place: Place, user: User, reply: Reply, *, link: str = "", markup: InlineKeyboardMarkup | None = None
    ) -> None:
        """Answer a message.

        Args:
            place: Where it was said.
            user: Who said it.
            reply: What to answer.
            link: A link to our private chat if the answer is for its asker alone and was asked for in a group.
            markup: Buttons under the answer, if it brings none itself.
        """
        address = address_of(place)
        if link or reply.paper is not None:
            await self._in_private(address, user, reply, link)
            return
        await self._show_note(place, reply)
        if reply.compose is not None:
            await self._compose(address, user, reply)
        else:
            await self._say_all(address, reply, markup)

    async def to_click(self, place: Place, user: User, query: str, reply: Reply) -> None:
        """Answer a click: in a word on the button itself where that is enough."""
        plain = reply.compose is None and reply.picture is None
        short = reply.text if len(reply.text) <= ANSWER_MOST and plain else ""
        seen = await self.line.answer(query, short)
        await self._show_note(place, reply)
        if reply.compose is not None:
            await self._compose(address_of(place), user, reply)
        elif not (short and seen) and not reply.in_note:
            await self._say_all(address_of(place), reply)

    async def say(self, address: Address, text: str) -> None:
        """Answer with one sentence."""
        await self._say_all(address, Reply(text))

    async def _show_note(self, place: Place, reply: Reply) -> None:
        note = reply.note
        if note is None or reply.elsewhere:
            return
        if reply.accepted:
            await self._insist(lambda: self._notes.first(place, note))
        else:
            await self._insist(lambda: self._notes.lower(place, note))

    async def _say_all(self, address: Address, reply: Reply, markup: InlineKeyboardMarkup | None = None) -> None:
        cut = pages(reply.text)
        below = self._buttons.keyboard(reply.buttons, address.asker) or markup
        for number, page in enumerate(cut, start=1):
            here = address if number == 1 else address.model_copy(update={"reply": None})
            await self._say(here, Words(page, markup=below if number == len(cut) else None))
        await self._picture(Spot(address.chat, address.topic), reply)

    async def _picture(self, spot: Spot, reply: Reply) -> None:
        """Show the picture of an answer, below its words: they say the same, and are too many for a caption."""
        picture = reply.picture
        if picture is not None:
            await self._insist(lambda: self.line.show_picture(spot, picture.name, picture.content))

    async def _compose(self, address: Address, user: User, reply: Reply) -> None:
        """Hand a prompt back: buttons change its choices, a tap copies it, words that answer it keep its choices."""
        text = reply.compose or ""
        if len(text) + len(reply.text) > TEXT_MOST:
            await self._say_all(address, Reply(f"{reply.text}\n{text}"))
            return
        found = read_wish(text)
        keyboard = self.choices.keyboard(found[1], address.asker, user.language) if found else None
        body = f"{calling(reply.text, address.asker, address.chat)}\n{code(text)}"
        await self._say(address, Words(body, html=True, markup=keyboard or ForceReply(selective=True)))

    async def offer(self, address: Address, user: User) -> None:
        """Show the choices for a wish that is still to come."""
        wish = self.choices.first()
        if wish is not None:
            head = say(Sentence(Say.TELEGRAM_CHOOSE_HOW), user.language)
            await self._say(address, self._drawn(head, wish, address.asker, user))

    async def change(self, address: Address, user: User, head: str, wish: Wish) -> None:
        """Draw a message anew in which something was chosen."""
        words = self._drawn(head, wish, address.asker, user)
        await self._insist(lambda: self.line.rewrite(address.chat, address.reply or 0, words))

    async def redraw(self, address: Address, text: str, markup: InlineKeyboardMarkup) -> None:
        """Write the message anew that a button stands under; say it where that message is gone."""
        words = Words(pages(text)[0], markup=markup)
        try:
            await self._try(lambda: self.line.rewrite(address.chat, address.reply or 0, words))
        except (PlaceGone, Declined):
            await self._say(address, words)

    async def ask(self, address: Address, question: str, begun: str, *, by_name: bool) -> None:
        """Ask for the rest of a command, to be written as an answer; by name, so that the apps lead there at once."""
        words = calling(question, address.asker, address.chat) if by_name else escape(quiet(question))
        await self._say(address, Words(f"{words}\n{code(begun)}", html=True, markup=ForceReply(selective=True)))

    def _drawn(self, head: str, wish: Wish, owner: int, user: User) -> Words:
        body = f"{escape(quiet(head))}\n{code(wish.line)}".strip()
        return Words(body, html=True, markup=self.choices.keyboard(wish, owner, user.language))

    async def _in_private(self, address: Address, user: User, reply: Reply, link: str) -> None:
        """Answer where nobody else reads it; whoever never opened a chat with us is shown the way to it."""
        alone = Address(chat=address.asker, asker=address.asker, reply=address.reply if address.private else None)
        try:
            await self._tell_alone(alone, reply)
        except (PlaceGone, Declined) as closed:
            log.info("cannot write in private", detail=str(closed))
            sentence = Say.TELEGRAM_START_FIRST
        else:
            sentence = Say.TELEGRAM_IN_PRIVATE
        if not address.private:
            door = InlineKeyboardButton(say(Sentence(Say.TELEGRAM_OPEN), user.language), url=link)
            text = say(Sentence(sentence), user.language)
            await self._say(address, Words(text, markup=InlineKeyboardMarkup([[door]])))

    async def _tell_alone(self, alone: Address, reply: Reply) -> None:
        paper = reply.paper
        if paper is not None:
            await self._try(lambda: self.line.hand(alone.chat, paper.name, paper.content, reply.text))
            return
        for page in pages(reply.text):
            await self._try(partial(self.line.say, Spot(alone.chat, None, alone.reply), Words(page)))
        await self._picture(Spot(alone.chat), reply)

    async def _say(self, address: Address, words: Words) -> None:
        await self._insist(lambda: first_that_takes(address, lambda spot: self.line.say(spot, words)))

    async def _insist(self, act: Callable[[], Awaitable[object]]) -> None:
        """Like `_try`, and content with a place that is gone: there is nobody to answer."""
        try:
            await self._try(act)
        except (PlaceGone, Declined) as gone:
            log.info("could not answer", detail=str(gone))

    async def _try(self, act: Callable[[], Awaitable[object]]) -> None:
        """Do what may be done once, again and again while it verifiably was not.

        Raises:
            PlaceGone, Declined: Nothing can be said here.
        """
        give_up = self._clock.now() + INSISTING
        for pause in chain(_PAUSES, repeat(_PAUSES[-1])):
            try:
                await act()
            except MaybeDone:
                # An answer twice is worse than one that its asker will ask for again.
                log.warning("an answer may have been lost")
                return
            except Unsent:
                wait = pause
            except NotNow as later:
                wait = later.after_seconds
            else:
                return
            if self._clock.now() + timedelta(seconds=wait) > give_up:
                log.warning("an answer was given up")
                return
            await self._clock.wait(asyncio.Event(), wait)

"""Where every letter is answered: a person's words and clicks become `Incoming`, one after the other."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

import structlog
from telegram import Bot, InlineKeyboardMarkup, Update

from bot.core.admin_commands import ADMIN_COMMANDS
from bot.core.model import Incoming, Place, Reason, Reply, User, UserId
from bot.core.ports import Files, NotNow, PlaceGone, Receive
from bot.core.store import StoreTrouble
from bot.core.texts import Say, Sentence, say
from bot.platforms.telegram.albums import Albums
from bot.platforms.telegram.buttons import Buttons, Press
from bot.platforms.telegram.choices import Field, Pick, read_wish
from bot.platforms.telegram.hearing import Heard, Me, Pressed, RightsChanged, Said, Upgraded, hear
from bot.platforms.telegram.limit_buttons import LimitButtons, View
from bot.platforms.telegram.limit_presses import LimitPresses, shows_limits
from bot.platforms.telegram.moves import Moves
from bot.platforms.telegram.pictures import NotFetched, Photo, Pictures
from bot.platforms.telegram.places import NAME, Address, community_of, place_of
from bot.platforms.telegram.records import Records
from bot.platforms.telegram.replies import ANSWER_MOST, FOR_ONE, Replies
from bot.platforms.telegram.rights import Rights
from bot.platforms.telegram.troubles import Declined

AT_ONCE = 32
"""Pictures fetched and wishes read at the same time: thousands may wait after a night without power. Answering is not
counted, so that one flooded chat holds up nobody else."""

log = structlog.get_logger("reelbot.telegram")

ASKED_AS_ADMIN = frozenset({*ADMIN_COMMANDS, "usage", "help", "start"})
"""Commands whose answer depends on whether an admin asks."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Who works at the counter."""

    bot: Bot
    files: Files
    albums: Albums
    pictures: Pictures
    buttons: Buttons
    limit_buttons: LimitButtons
    records: Records
    replies: Replies
    moves: Moves
    rights: Rights
    acknowledge: Callable[[Incoming], Awaitable[None]]


class Counter:
    """Answers letters.

    Args:
        staff: Who works here.
        receive: The core.
        me: The bot as Telegram knows it.
    """

    def __init__(self, *, staff: Staff, receive: Receive, me: Me) -> None:
        self._staff = staff
        self._receive = receive
        self._me = me
        self._limits = LimitPresses(
            buttons=staff.limit_buttons, replies=staff.replies, rights=staff.rights, receive=receive
        )
        self._room = asyncio.Semaphore(AT_ONCE)
        self._turns: WeakValueDictionary[UserId, asyncio.Lock] = WeakValueDictionary()

    async def answer(self, key: str, body: str) -> Sequence[str]:
        """Answer one letter; returns the keys of all letters that are answered by now."""
        heard: Heard | None = None
        keys: Sequence[str] = (key,)
        try:
            heard = hear(Update.de_json(json.loads(body), self._staff.bot), self._me)
            if isinstance(heard, Said) and heard.album is not None:
                whole = await self._staff.albums.whole(heard, key)
                if whole is None:
                    # Whoever brought the first piece answers for this one too.
                    return ()
                heard, keys = whole.said, whole.letters
            return keys if await self._answer(heard) else ()
        except Exception:
            # One strange letter must not silence the bot, now and again after every restart.
            log.exception("a letter could not be answered", key=key)
            await self._apologise(heard)
            return keys

    async def _answer(self, heard: Heard | None) -> bool:
        """Answer what was heard; False if it has to be done again."""
        match heard:
            case Said():
                await self._in_turn(heard.user, lambda: self._obey(heard))
            case Pressed():
                await self._in_turn(heard.user, lambda: self._click(heard))
            case Upgraded():
                return await self._upgrade(heard)
            case RightsChanged():
                self._staff.rights.changed(heard.chat)
            case None:
                log.debug("an update was not for us")
        return True

    async def _in_turn(self, user: User, act: Callable[[], Awaitable[None]]) -> None:
        """One message of a person at a time, in the order they came; everybody else is not kept waiting."""
        async with self._turns.setdefault(user.id, asyncio.Lock()):
            await act()

    async def _obey(self, said: Said) -> None:
        replies, language = self._staff.replies, said.user.language
        if said.unusable is not None:
            await replies.say(said.address, say(Sentence(said.unusable), language))
            return
        incoming = Incoming(
            key=said.key,
            user=said.user,
            place=place_of(said.address, forum=said.forum),
            text=said.text or "",
            community=community_of(said.address.chat),
            anonymous=said.masked,
        )
        await self._staff.acknowledge(incoming)
        admin = await self._is_admin(said)
        if admin is None:
            await replies.say(said.address, say(Sentence(Say.TELEGRAM_RIGHTS_UNKNOWN), language))
            return
        # Whoever does not say who they are cannot be charged, so there is nothing to fetch for them.
        photos = () if said.masked else said.photos
        try:
            reply = await self._hand_on(replace(incoming, admin=admin), photos)
        except NotFetched as missing:
            await replies.say(said.address, say(Sentence(missing.say, missing.values), language))
        else:
            link = self._private_link(said)
            below = self._below(said, incoming.place, reply)
            await replies.to_message(incoming.place, said.user, reply, link=link, markup=below)

    def _below(self, said: Said, place: Place, reply: Reply) -> InlineKeyboardMarkup | None:
        """Buttons that lead on from an answer; None if there are none."""
        if said.command == "models":
            return self._staff.replies.choices.door(said.address.asker, said.user.language)
        if reply.limits is not None and shows_limits(said.text or ""):
            return self._staff.limit_buttons.menu(View(reply.limits, said.user.language, place.channel))
        return None

    async def _is_admin(self, said: Said) -> bool | None:
        """Whether somebody is an admin of a group, looked at where it matters; None if that cannot be found out."""
        if said.address.private or said.command not in ASKED_AS_ADMIN:
            return False
        chat, member = said.address.chat, said.address.asker
        try:
            return await self._staff.rights.may_set_limits(
                chat, member, as_the_group=said.as_the_group, at_once=said.command in ADMIN_COMMANDS
            )
        except (OSError, NotNow, PlaceGone, Declined) as trouble:
            log.warning("rights could not be found out", detail=str(trouble))
            return None if said.command in ADMIN_COMMANDS else False

    async def _hand_on(self, incoming: Incoming, photos: Sequence[Photo]) -> Reply:
        """Hand a wish with its pictures to the core.

        Raises:
            NotFetched: A picture cannot be had.
        """
        async with self._room, self._staff.files.scratch() as folder:
            fetch = self._staff.pictures.fetch
            paths = [await fetch(photo, folder / str(number)) for number, photo in enumerate(photos)]
            return await self._receive(replace(incoming, pictures=tuple(paths)))

    def _private_link(self, said: Said) -> str:
        """A link into our private chat for answers that concern nobody else here; empty where all may read them."""
        if said.address.private or said.masked or said.command not in FOR_ONE:
            # Whoever does not say who they are can be answered here alone.
            return ""
        return f"https://t.me/{self._me.username}?start={said.command}"

    async def _click(self, pressed: Pressed) -> None:
        limit = self._staff.limit_buttons.read(pressed.data)
        if limit is not None:
            await self._limits.answer(pressed, limit)
            return
        press = self._staff.buttons.read(pressed.data)
        pick = self._staff.replies.choices.read(pressed.data) if press is None else None
        wanted = press or pick
        for_all = press is not None and press.action.for_all
        if wanted is None or (wanted.owner != pressed.address.asker and not for_all):
            log.warning("refused a foreign button", who=str(pressed.user.id), forged=wanted is None)
            await self._refuse(pressed, Say.TELEGRAM_OLD_BUTTON if wanted is None else Say.TELEGRAM_NOT_YOURS)
        elif press is not None:
            topic = await self._topic(pressed, press)
            address = pressed.address.model_copy(update={"topic": topic})
            await self._pass_on(pressed, address, f"/{press.action} {press.job}", pressed.query, alone=for_all)
        elif pick is not None:
            await self._pick(pressed, pick)

    async def _pick(self, pressed: Pressed, pick: Pick) -> None:
        """Something was chosen; the message itself says what was chosen before."""
        replies, address = self._staff.replies, pressed.address
        found = read_wish(pressed.text)
        if pick.field is Field.BEGIN:
            await replies.line.answer(pressed.query, "")
            await replies.offer(address, pressed.user)
        elif found is None:
            await self._refuse(pressed, Say.TELEGRAM_OLD_BUTTON)
        elif pick.field is Field.MAKE:
            # The same words under the same message are the same wish, however often the button is pressed.
            once = hashlib.sha256(found[1].line.encode()).hexdigest()[:16]
            await self._pass_on(pressed, address, found[1].line, f"{address.chat}:{address.reply}:{once}")
        else:
            await replies.line.answer(pressed.query, "")
            await replies.change(address, pressed.user, found[0], replies.choices.picked(found[1], pick))

    async def _pass_on(self, pressed: Pressed, address: Address, text: str, once: str, *, alone: bool = False) -> None:
        incoming = Incoming(
            key=f"{NAME}:click:{once}",
            user=pressed.user,
            place=place_of(address, forum=pressed.forum),
            text=text,
            community=community_of(address.chat),
        )
        reply = await self._hand_on(incoming, ())
        if alone:
            await self._staff.replies.line.answer(pressed.query, reply.text[:ANSWER_MOST], alert=True)
        else:
            await self._staff.replies.to_click(incoming.place, pressed.user, pressed.query, reply)

    async def _refuse(self, pressed: Pressed, sentence: Say) -> None:
        await self._staff.replies.line.answer(pressed.query, say(Sentence(sentence), pressed.user.language))

    async def _topic(self, pressed: Pressed, press: Press) -> int | None:
        """The topic of a button; an old message does not say it, but we remember where we put it."""
        if pressed.address.topic is not None or pressed.address.private:
            return pressed.address.topic
        try:
            record = await self._staff.records.of(press.job)
        except NotNow:
            return None
        return record.topic if record.chat == pressed.address.chat else None

    async def _upgrade(self, upgraded: Upgraded) -> bool:
        """Whether limits, wallets and jobs have gone along; if not, the next start does it, or the next message."""
        try:
            await self._staff.moves.moved(upgraded.old, upgraded.new)
        except StoreTrouble as trouble:
            log.warning("a group could not be moved yet", detail=repr(trouble))
            return False
        return True

    async def _apologise(self, heard: Heard | None) -> None:
        sentence = Sentence(Say.FAILED, {"reason": Reason.BUG})
        if isinstance(heard, Said):
            await self._staff.replies.say(heard.address, say(sentence, heard.user.language))
        if isinstance(heard, Pressed):
            await self._staff.replies.line.answer(heard.query, say(sentence, heard.user.language))

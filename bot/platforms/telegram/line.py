"""The line to Telegram: every call about a chat goes here, paced, under the chat's present id, with clear errors."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import structlog
from telegram import Bot as Api
from telegram import (
    ForceReply,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaAnimation,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.core.ports import Clock, NotNow, PlaceGone
from bot.core.store import StoreTrouble
from bot.platforms.telegram.drawing import moments
from bot.platforms.telegram.moves import Moves
from bot.platforms.telegram.pace import Pace
from bot.platforms.telegram.places import Address
from bot.platforms.telegram.troubles import (
    Declined,
    MaybeDone,
    MessageGone,
    Moved,
    Refused,
    ReplyGone,
    Unchanged,
    meaning,
)
from bot.platforms.telegram.wire import UPLOAD_SECONDS

PATIENCE_SECONDS = 3.0
"""How long a call waits for its turn itself; whoever has to wait longer is told so."""
ACTION_SECONDS = 3.0
"""Of an action that lasts for five seconds, nobody waits longer for the answer."""
ANSWER_SECONDS = 15.0
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

Answer = TypeVar("Answer")
InputClip = InputMediaVideo | InputMediaAnimation | InputMediaDocument | InputMediaPhoto

log = structlog.get_logger("reelbot.telegram")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where exactly a message goes."""

    chat: int
    topic: int | None = None
    reply: int | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """A text message, ready to be sent."""

    text: str
    html: bool = False
    markup: InlineKeyboardMarkup | ForceReply | None = None
    silent: bool = False


def spot_of(address: Address) -> Spot:
    return Spot(address.chat, address.topic, address.reply)


class Line:
    """Makes calls. Nothing is ever repeated here but what verifiably was not done.

    Args:
        api: The library's bot; its errors are translated, its `repr` holds the token.
        pace: Counts the calls.
        moves: Knows the present ids of groups.
        clock: Paces the calls.
    """

    def __init__(self, *, api: Api, pace: Pace, moves: Moves, clock: Clock) -> None:
        self._api = api
        self._pace = pace
        self._moves = moves
        self._clock = clock

    async def say(self, spot: Spot, words: Words) -> Message:
        """Send a text.

        Raises:
            MaybeDone: It may be there.
            TopicGone, PlaceGone, NotNow, Unsent: It is not.
        """

        async def send(chat: int) -> Message:
            here = spot if chat == spot.chat else Spot(chat)
            return await self._api.send_message(
                chat_id=chat,
                text=words.text,
                parse_mode="HTML" if words.html else None,
                entities=None if words.html else moments(words.text),
                message_thread_id=here.topic,
                reply_parameters=_replying(here),
                reply_markup=words.markup,
                disable_notification=words.silent,
                link_preview_options=_NO_PREVIEW,
            )

        try:
            return await self.call(spot.chat, send)
        except ReplyGone:
            if spot.reply is None:
                raise
            return await self.say(replace(spot, reply=None), words)

    async def rewrite(self, chat: int, message: int, words: Words) -> None:
        """Change a text message of ours; doing it twice changes nothing.

        Raises:
            MessageGone, PlaceGone, NotNow, Unsent, MaybeDone: As named.
        """
        markup = words.markup if isinstance(words.markup, InlineKeyboardMarkup) else None

        async def edit(chat: int) -> None:
            await self._api.edit_message_text(
                chat_id=chat,
                message_id=message,
                text=words.text,
                parse_mode="HTML" if words.html else None,
                entities=None if words.html else moments(words.text),
                reply_markup=markup,
                link_preview_options=_NO_PREVIEW,
            )

        try:
            await self._about(chat, edit)
        except Unchanged:
            return

    async def turn_into(
        self, chat: int, message: int, clip: InputClip, markup: InlineKeyboardMarkup | None
    ) -> Message | None:
        """Turn a message of ours into a clip; doing it twice leaves one. None if nothing is known of the result.

        Raises:
            MessageGone, FileGone, FileTooBig, PlaceGone, NotNow, Unsent, MaybeDone: As named.
        """

        async def edit(chat: int) -> Message | bool:
            return await self._api.edit_message_media(
                media=clip, chat_id=chat, message_id=message, reply_markup=markup, read_timeout=UPLOAD_SECONDS
            )

        try:
            posted = await self._about(chat, edit)
        except Unchanged:
            return None
        return posted if isinstance(posted, Message) else None

    async def remove(self, chat: int, message: int) -> None:
        """Delete a message of ours.

        Raises:
            MessageGone: It was gone, or is too old to be deleted.
        """

        async def delete(chat: int) -> None:
            await self._api.delete_message(chat_id=chat, message_id=message)

        await self._about(chat, delete)

    async def hand(self, chat: int, name: str, content: bytes, caption: str) -> None:
        """Send a small file.

        Raises:
            MaybeDone: It may be there.
            PlaceGone, NotNow, Unsent: It is not.
        """

        async def send(chat: int) -> None:
            paper = InputFile(content, filename=name)
            await self._api.send_document(chat_id=chat, document=paper, caption=caption)

        await self.call(chat, send)

    async def show_picture(self, spot: Spot, name: str, content: bytes) -> None:
        """Send a picture of ours, silently, for it belongs to what was said before.

        Raises:
            MaybeDone: It may be there.
            TopicGone, PlaceGone, NotNow, Unsent: It is not.
        """

        async def send(chat: int) -> None:
            await self._api.send_photo(
                chat_id=chat,
                photo=InputFile(content, filename=name),
                message_thread_id=spot.topic if chat == spot.chat else None,
                disable_notification=True,
            )

        await self.call(spot.chat, send)

    async def answer(self, query: str, text: str, *, alert: bool = False) -> bool:
        """Answer a click with at most 200 characters, or with nothing; False if nobody will see it.

        Args:
            query: The click.
            text: Shown to whoever clicked alone.
            alert: Have it stay until they have read it.
        """
        try:
            await self._api.answer_callback_query(
                query, text=text or None, show_alert=alert or None, read_timeout=ANSWER_SECONDS
            )
        except TelegramError as error:
            return isinstance(meaning(error), MaybeDone)
        return True

    async def show_upload(self, chat: int, topic: int | None) -> None:
        """Say "is sending a video" in a private chat; in a group such a call would cost a message of its budget."""
        if chat > 0:
            await self._show_action(chat, topic, ChatAction.UPLOAD_VIDEO)

    async def show_typing(self, chat: int, topic: int | None) -> None:
        """Say "is typing", likewise."""
        if chat > 0:
            await self._show_action(chat, topic, ChatAction.TYPING)

    async def _show_action(self, chat: int, topic: int | None, action: ChatAction) -> None:
        async def show(chat: int) -> None:
            await self._api.send_chat_action(
                chat_id=chat, action=action, message_thread_id=topic, read_timeout=ACTION_SECONDS
            )

        try:
            await self.call(chat, show)
        except (OSError, NotNow, PlaceGone, Declined) as trouble:
            log.debug("could not show an action", detail=str(trouble))

    async def _about(self, chat: int, act: Callable[[int], Awaitable[Answer]]) -> Answer:
        """Make one call about a message, never under another id of the group: its number means another one there."""
        try:
            return await self._once(chat, act)
        except Moved as moved:
            await self._follow(chat, moved.chat)
            raise MessageGone("the group was upgraded") from moved

    async def call(self, chat: int, act: Callable[[int], Awaitable[Answer]]) -> Answer:
        """Make one call about a chat, under the id that it has now.

        Raises:
            NotNow: Telegram wants to be left alone; nothing was done.
        """
        here = await self._moves.now_at(chat)
        try:
            return await self._once(here, act)
        except Moved as moved:
            await self._follow(here, moved.chat)
        return await self._once(await self._moves.now_at(here), act)

    async def _follow(self, old: int, new: int) -> None:
        try:
            await self._moves.moved(old, new)
        except StoreTrouble as trouble:
            raise NotNow(PATIENCE_SECONDS) from trouble

    async def _once(self, chat: int, act: Callable[[int], Awaitable[Answer]]) -> Answer:
        wait = self._pace.wait(chat)
        if wait > PATIENCE_SECONDS:
            raise NotNow(wait)
        if wait > 0:
            await self._clock.wait(asyncio.Event(), wait)
        self._pace.spend(chat)
        try:
            return await act(chat)
        except TelegramError as error:
            cause = meaning(error)
            if isinstance(cause, NotNow):
                self._pace.block(chat, cause.after_seconds)
            if isinstance(cause, Refused):
                log.warning("Telegram refused a call", detail=str(cause))
            raise cause from error


def _replying(spot: Spot) -> ReplyParameters | None:
    if spot.reply is None:
        return None
    return ReplyParameters(message_id=spot.reply, allow_sending_without_reply=True)

"""What an update says: a pure translation into something a person said, pressed or changed."""

import re
from dataclasses import dataclass

from telegram import CallbackQuery, Message, Update
from telegram import User as Sender

from bot.core.admin_commands import ADMIN_COMMANDS, OPERATOR_COMMANDS
from bot.core.commands import COMMANDS
from bot.core.model import User, UserId
from bot.core.texts import Say
from bot.platforms.telegram import composing
from bot.platforms.telegram.pictures import Photo, photo_in
from bot.platforms.telegram.places import NAME, Address

_COMMAND = re.compile(r"/(?P<name>[A-Za-z0-9_]{1,32})(?:@(?P<bot>\w+))?(?=\s|$)")
_KNOWN = frozenset({*COMMANDS, *ADMIN_COMMANDS, *OPERATOR_COMMANDS, "start"})
_DEEP_LINK = re.compile(r"/start(?:@\w+)? (?P<name>[a-z]+)(?:_(?P<job>[0-9a-z]{10}))?", re.IGNORECASE)
_LINKED = frozenset({"job", "jobs", "credits", "usage", "models", "help", "privacy", "export", "language"})
"""Commands that a link may carry: none of them starts or erases anything."""
_FROM_TELEGRAM = 777000
"""Who forwards a channel's posts into its discussion group (Bot API, Message.from)."""


@dataclass(frozen=True, slots=True)
class Me:
    """The bot as Telegram knows it."""

    id: int
    username: str


@dataclass(frozen=True, slots=True)
class Said:
    """A message for us, or a piece of one."""

    key: str
    user: User
    address: Address
    forum: bool
    text: str | None
    """As a command or a prompt; None for a piece of an album that is not addressed to us itself."""
    photos: tuple[Photo, ...] = ()
    album: str | None = None
    unusable: Say | None = None
    """The sentence to answer instead of handing it on."""
    masked: bool = False
    """Nobody says who they are: an anonymous admin, or somebody who writes as a channel."""
    as_the_group: bool = False
    """They write in the name of the group itself, as only its anonymous admins can."""

    @property
    def command(self) -> str:
        """The name of the command, in lower case; empty if it is none."""
        found = _COMMAND.match(self.text or "")
        return found["name"].lower() if found else ""

    @property
    def message(self) -> int:
        """Its own id, which also tells the order of an album."""
        return self.address.reply or 0


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button was pressed."""

    query: str
    user: User
    address: Address
    forum: bool
    data: str
    text: str = ""
    """Of the message that the button stands under, as far as Telegram still shows it."""


@dataclass(frozen=True, slots=True)
class Upgraded:
    """A group has become a supergroup, with another id."""

    old: int
    new: int


@dataclass(frozen=True, slots=True)
class RightsChanged:
    """What we may do in a chat, or who may do what, is no longer what it was."""

    chat: int


Heard = Said | Pressed | Upgraded | RightsChanged


def hear(update: Update, me: Me) -> Heard | None:
    """What there is to do about an update; None if it is not for us.

    Edited messages are not: changing an old wish must not order a second video.
    """
    if update.my_chat_member is not None:
        return RightsChanged(update.my_chat_member.chat.id)
    if update.callback_query is not None:
        return _pressed(update.callback_query)
    if update.message is not None:
        return _message(update.message, me)
    return None


def _pressed(query: CallbackQuery) -> Pressed | None:
    message = query.message
    if message is None or query.data is None:
        return None
    # A message that is too old comes without anything but its ids.
    shown = message if isinstance(message, Message) else None
    topic = shown.message_thread_id if shown and shown.is_topic_message else None
    address = Address(chat=message.chat.id, asker=query.from_user.id, topic=topic, reply=message.message_id)
    text = shown.text or "" if shown else ""
    return Pressed(query.id, _user(query.from_user), address, bool(message.chat.is_forum), query.data, text)


def _message(message: Message, me: Me) -> Said | Upgraded | None:
    if message.migrate_to_chat_id is not None:
        return Upgraded(message.chat.id, message.migrate_to_chat_id)
    if message.migrate_from_chat_id is not None:
        return Upgraded(message.migrate_from_chat_id, message.chat.id)
    sender = message.from_user
    if sender is None or sender.id in {me.id, _FROM_TELEGRAM}:
        return None
    if sender.is_bot and message.sender_chat is None:
        return None
    return _private(message, me) if message.chat.type == message.chat.PRIVATE else _group(message, me)


def _private(message: Message, me: Me) -> Said | None:
    text = _text(message, me)
    found = photo_in(message)
    if isinstance(found, Say):
        return _said(message, text, unusable=found)
    if message.sticker is not None:
        return _said(message, text, unusable=Say.TELEGRAM_STICKER)
    if found is not None:
        return _said(message, text, photos=(found,))
    if not text:
        # Somebody joined, a message was pinned, a background was chosen: nobody said anything.
        return _said(message, text, unusable=Say.TELEGRAM_ONLY_WORDS) if message.effective_attachment else None
    return _answered(message, text, me)


def _group(message: Message, me: Me) -> Said | None:
    text = _text(message, me)
    found = photo_in(message)
    own = found if isinstance(found, Photo) and message.sticker is None else None
    if not _addressed(text, me):
        # In a group only one picture of an album carries the words, and it need not come first.
        return _said(message, None, photos=(own,)) if own is not None and message.media_group_id else None
    if isinstance(found, Say):
        return _said(message, text, unusable=found)
    return _said(message, text, photos=(own,)) if own is not None else _answered(message, text, me)


def _answered(message: Message, text: str, me: Me) -> Said:
    """Words that may be an answer to a photo, anybody's, here or quoted from elsewhere."""
    replied = message.reply_to_message
    if replied is not None and replied.from_user is not None and replied.from_user.id == me.id:
        return _said(message, text)
    found = photo_in(replied) if replied is not None else photo_in(message.external_reply)
    if not _makes_a_video(text) or found is None:
        return _said(message, text)
    if isinstance(found, Say):
        return _said(message, text, unusable=found)
    return _said(message, text, photos=(found,))


def _makes_a_video(text: str) -> bool:
    command = _COMMAND.match(text)
    return not text.startswith("/") if command is None else command["name"].lower() == "video"


def _addressed(text: str, me: Me) -> bool:
    """Whether a text in a group is meant for us: a command of ours that names no other bot."""
    command = _COMMAND.match(text)
    if command is None:
        return False
    if command["bot"] is not None:
        return command["bot"].lower() == me.username.lower()
    return command["name"].lower() in _KNOWN


def _text(message: Message, me: Me) -> str:
    text = (message.text or message.caption or "").strip()
    if link := _DEEP_LINK.fullmatch(text):
        name = link["name"].lower()
        return f"/{name} {link['job'] or ''}".strip() if name in _LINKED else "/start"
    replied = message.reply_to_message
    if replied is not None and replied.from_user is not None and replied.from_user.id == me.id:
        return composing.completed(text, replied.text or "")
    return text


def _said(message: Message, text: str | None, *, photos: tuple[Photo, ...] = (), unusable: Say | None = None) -> Said:
    chat, sender = message.chat, message.from_user
    if sender is None:
        raise ValueError("a message that nobody sent")
    address = Address(
        chat=chat.id,
        asker=sender.id,
        topic=message.message_thread_id if message.is_topic_message else None,
        reply=message.message_id,
    )
    return Said(
        key=f"{NAME}:{chat.id}:{message.message_id}",
        user=_user(sender),
        address=address,
        forum=bool(chat.is_forum),
        text=text,
        photos=photos,
        album=message.media_group_id,
        unusable=unusable,
        masked=message.sender_chat is not None,
        as_the_group=message.sender_chat is not None and message.sender_chat.id == chat.id,
    )


def _user(sender: Sender) -> User:
    language = (sender.language_code or "en").partition("-")[0].lower()
    return User(UserId(NAME, str(sender.id)), sender.full_name, language)

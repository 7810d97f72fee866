"""What an error of the Bot API means for whoever made the call."""

from collections.abc import Callable
from typing import Any

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.core.ports import NotNow, PlaceGone
from bot.platforms.telegram.wire import Flooded, TooBig, Unreached

TOKEN_SECONDS = 60.0
"""Pause when the server does not know the token: one 401 or 404 comes from proxies and restarts too."""


class Unsent(OSError):
    """Verifiably nothing was done: do it again."""


class MaybeDone(TimeoutError):
    """The answer got lost: do only again what changes nothing the second time."""


class Declined(Exception):
    """Telegram will not do this; the classes below say what is in the way."""


class Unchanged(Declined):
    """The message already looks like that: all is well."""


class MessageGone(Declined):
    """The message is not there any more, or not ours to change."""


class AlreadyClip(Declined):
    """The message to change holds a clip by now: the answer that said so had been lost."""


class TopicGone(Declined):
    """The topic was deleted or closed: try the group without it."""


class ReplyGone(Declined):
    """The message to answer is gone or in another topic: say it without an answer."""


class FileGone(Declined):
    """This `file_id` cannot be used: upload the file."""


class FileTooBig(Exception):
    """This way takes no file of that size."""


class QueryTooOld(Declined):
    """The click can no longer be answered."""


class Refused(Declined):
    """Something else: no use in asking again."""


class Moved(Declined):
    """The group was upgraded and has a new id."""

    def __init__(self, chat: int) -> None:
        super().__init__("the group has a new id")
        self.chat = chat


_MEANINGS: tuple[tuple[type[Exception], tuple[str, ...]], ...] = (
    (Unchanged, ("message is not modified",)),
    (AlreadyClip, ("there is no text in the message to edit",)),
    (
        MessageGone,
        (
            "message to edit not found",
            "message to delete not found",
            "message can't be edited",
            "message can't be deleted",
            "message_id_invalid",
            "message identifier is not specified",
        ),
    ),
    (
        TopicGone,
        ("message thread not found", "topic_closed", "topic_deleted", "topic_id_invalid", "topic closed"),
    ),
    (ReplyGone, ("message to be replied not found", "replied message not found")),
    (FileTooBig, ("file is too big", "file of size", "request entity too large", "too big for a")),
    (
        FileGone,
        (
            "wrong file identifier",
            "wrong remote file",
            "wrong file_id",
            "file reference",
            "file_reference",
            "can't use file of type",
            "media_empty",
            "wrong type of the file",
            "invalid file",
        ),
    ),
    (QueryTooOld, ("query is too old", "query id is invalid", "query_id_invalid")),
    (
        PlaceGone,
        (
            "chat not found",
            "not enough rights",
            "have no rights",
            "need administrator rights",
            "chat_write_forbidden",
            "chat_send_",
            "chat_restricted",
            "chat_admin_required",
            "user_is_blocked",
            "user is deactivated",
            "group chat was deactivated",
            "peer_id_invalid",
            "user not found",
            "not a member",
            "was kicked",
            "channel_private",
            "user_banned_in_channel",
        ),
    ),
)
"""Texts of the 400 answers, in lower case: the class of the error says no more than that it is one
(telegram-bot-api, Client.cpp, 10.0)."""


def meaning(error: TelegramError) -> Exception:
    """The error that says what to do next.

    `BadRequest` and `TimedOut` are both network errors to the library; the first is final, the second leaves open
    whether the call was done.
    """
    for kind, means in _CLASSES:
        if isinstance(error, kind):
            return means(error)
    return MaybeDone(error.message)


def _of_text(error: TelegramError) -> Exception:
    message = error.message
    text = message.lower()
    for kind, signs in _MEANINGS:
        if any(sign in text for sign in signs):
            return kind(message)
    return Refused(message)


_CLASSES: tuple[tuple[type[TelegramError], Callable[[Any], Exception]], ...] = (
    (Flooded, lambda error: NotNow(error.after_seconds)),
    (ChatMigrated, lambda error: Moved(error.new_chat_id)),
    (Forbidden, lambda error: PlaceGone(error.message)),
    (InvalidToken, lambda _: NotNow(TOKEN_SECONDS)),
    (BadRequest, _of_text),
    (TooBig, lambda error: FileTooBig(error.message)),
    (Unreached, lambda error: Unsent(error.message)),
)

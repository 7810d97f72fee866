"""A person with a Telegram account: writes, sends pictures, presses buttons, edits, and looks at the chat."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fakes.telegram.chats import GENERAL, Chat, Topic
from tests.fakes.telegram.members import Member
from tests.fakes.telegram.pictures import photo_of, picture
from tests.fakes.telegram.posts import Media, Post
from tests.fakes.telegram.words import commands_in
from tests.fakes.telegram.world import Query

if TYPE_CHECKING:
    from tests.fakes.telegram.world import TelegramWorld

ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
CHANNEL = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
_albums = itertools.count(13_500_000_000_000_001)
_queries = itertools.count(4_300_000_000_000_000_001)


@dataclass(frozen=True)
class Where:
    """Where a message goes and what it answers."""

    chat: Chat
    topic: Topic | None = None
    reply_to: Post | None = None
    elsewhere: Post | None = None
    """A message of another chat that it answers."""
    mask: str = ""
    """Empty for oneself; `group` for an anonymous administrator, `channel` for one who writes as a channel."""


@dataclass(eq=False)
class Press:
    """A button that was pressed, and what came of it."""

    world: TelegramWorld
    query: Query

    async def answer(self) -> dict[str, Any]:
        """Wait until the clock on the button stops: the text, and whether it is an alert."""
        return await self.world.until(lambda: self.query.answers and self.query.answers[0])


class Person:
    """One account. Every `send_…` returns the message as it stands in the chat.

    Where *to* is not given it goes to the private chat with the bot.
    """

    def __init__(self, world: TelegramWorld, id: int, name: str, language: str | None):
        self.world = world
        self.user: dict[str, Any] = {"id": id, "is_bot": False, "first_name": name}
        if language is not None:
            self.user["language_code"] = language
        self.chat = Chat(world, id, "private", owner=self.user)
        self.chat.members[id] = Member(self.user)

    @property
    def id(self) -> int:
        return self.user["id"]

    # ------------------------------------------------------------------------------------------- with the bot

    def open_chat(self) -> None:
        """Be somebody whom the bot may write to."""
        self.chat.members[self.world.bot["id"]] = Member(self.world.bot)

    def start(self, payload: str = "") -> Post:
        """Press Start, or follow a deep link."""
        self.open_chat()
        return self.send_text(f"/start {payload}".strip())

    def block_bot(self) -> None:
        self._private_status("kicked")

    def unblock_bot(self) -> None:
        self._private_status("member")

    def _private_status(self, status: str) -> None:
        self.chat.set_status(Member(self.world.bot, status), by=self.user)

    def delete_account(self) -> None:
        self.chat.deactivated = True

    # ------------------------------------------------------------------------------------------- writing

    def send_text(self, text: str, to: Chat | None = None, **where: Any) -> Post:
        """*where* may give `topic`, `reply_to`, `elsewhere` and `mask`, see `Where`; so it is for all that follow."""
        return self._send(self._where(to, where), text=text)

    def send_photo(
        self, caption: str = "", to: Chat | None = None, *, content: bytes | None = None, **where: Any
    ) -> Post:
        return self.send_media(photo_of(self.world.files, content), caption, to, **where)

    def send_album(
        self, contents: list[bytes | None], caption: str = "", to: Chat | None = None, **where: Any
    ) -> list[Post]:
        """Several photos at once: an update each, the caption on the first alone."""
        album = str(next(_albums))
        captions = [caption] + [""] * (len(contents) - 1)
        return [
            self._send(self._where(to, where), text=text, media=photo_of(self.world.files, content), album=album)
            for content, text in zip(contents, captions, strict=True)
        ]

    def send_document(
        self, caption: str = "", to: Chat | None = None, *, content: bytes | None = None, name: str = "cat.jpg",
        mime: str = "image/jpeg", size: int | None = None, **where: Any,
    ) -> Post:  # fmt: skip
        """A file as it is; *size* claims more than there is."""
        kept = self.world.files.keep(content or picture(640, 480), kind="document", name=name, mime=mime, size=size)
        return self.send_media(Media("document", kept), caption, to, **where)

    def send_sticker(self, to: Chat | None = None, *, animated: bool = False, film: bool = False, **where: Any) -> Post:
        kept = self.world.files.keep(b"RIFF....WEBP", kind="sticker", name="sticker.webp", mime="image/webp")
        more = {"type": "regular", "is_animated": animated, "is_video": film}
        return self.send_media(Media("sticker", kept, 512, 512, more=more), "", to, **where)

    def send_film(self, caption: str = "", to: Chat | None = None, *, kind: str = "video", **where: Any) -> Post:
        """A video, or with *kind* `animation` what people call a GIF."""
        kept = self.world.files.keep(b"\0\0\0\x18ftypmp42", kind=kind, name="film.mp4", mime="video/mp4")
        return self.send_media(Media(kind, kept, 640, 360, 5), caption, to, **where)

    def send_voice(self, to: Chat | None = None, **where: Any) -> Post:
        kept = self.world.files.keep(b"OggS", kind="voice", name="voice.oga", mime="audio/ogg")
        return self.send_media(Media("voice", kept, duration=3), "", to, **where)

    def send_media(self, media: Media, caption: str = "", to: Chat | None = None, **where: Any) -> Post:
        return self._send(self._where(to, where), text=caption, media=media)

    def edit(self, post: Post, text: str) -> None:
        """Change the words of an own message."""
        post.text, post.entities = text, commands_in(text)
        post.edits += 1
        post.edited_at = self.world.now()
        if self._reaches_bot(post):
            self.world.announce("edited_message", post.to_json())

    def delete(self, *posts: Post) -> None:
        """No update says so."""
        posts[0].chat.drop(posts)

    def _where(self, to: Chat | None, given: dict[str, Any]) -> Where:
        return Where(to or self.chat, **given)

    def _send(self, where: Where, **content: Any) -> Post:
        chat = where.chat
        if chat is self.chat and self.world.bot["id"] not in chat.members:
            self.open_chat()
        author, sender_chat = self._as(where)
        topic = _topic(where)
        post = chat.add(
            author, sender_chat=sender_chat, entities=commands_in(content["text"]), topic=topic,
            reply_to=where.reply_to or _root(chat, topic), elsewhere=where.elsewhere,
            thread=_thread(chat, where.reply_to), **content,
        )  # fmt: skip
        if self._reaches_bot(post):
            self.world.announce("message", post.to_json())
        return post

    def _as(self, where: Where) -> tuple[dict[str, Any], dict[str, Any] | None]:
        if where.mask == "group":
            return ANONYMOUS, where.chat.to_json()
        if where.mask == "channel":
            return CHANNEL, {"id": -1_002_000_000_001, "type": "channel", "title": f"{self.user['first_name']}'s"}
        return self.user, None

    def _reaches_bot(self, post: Post) -> bool:
        chat: Any = post.chat
        if chat.type != "private":
            return chat.bot_hears(post)
        return chat.members[self.world.bot["id"]].present

    # ------------------------------------------------------------------------------------------- pressing and looking

    def press(self, post: Post, label: str) -> Press:
        """Press the button under *post* that says *label*, or begins with it."""
        return self.press_forged(post, post.button(label)["callback_data"])

    def press_forged(self, post: Post, data: str, *, old: bool = False) -> Press:
        """Press what is not there, as changed clients can; *old* is a message too old for the server to show."""
        query = Query(str(next(_queries)), post, data)
        self.world.queries[query.id] = query
        message = post.to_json()
        if old:
            message = {"chat": message["chat"], "message_id": message["message_id"], "date": 0}
        body = {"id": query.id, "from": self.user, "chat_instance": "-42", "data": data, "message": message}
        self.world.announce("callback_query", body)
        return Press(self.world, query)

    def seen(self, chat: Chat | None = None, topic: Topic | None = None) -> list[Post]:
        """Everything before this person's eyes in a chat, or in one topic of it, oldest first."""
        chat = chat or self.chat
        member = chat.member(self.id)
        if member is None or not member.present:
            return []
        return chat.in_topic(topic)

    def rung(self, chat: Chat | None = None) -> list[Post]:
        """The bot's messages that made this person's telephone ring; an edit never does."""
        chat = chat or self.chat
        loud = [post for post in chat.by_bot if not post.silent]
        return loud if chat.type == "private" else [post for post in loud if self._is_called_by(post)]

    def _is_called_by(self, post: Post) -> bool:
        mentioned = any(
            (entity["type"] == "text_mention" and entity["user"]["id"] == self.id)
            or entity.get("url") == f"tg://user?id={self.id}"
            for entity in post.entities
        )  # fmt: skip
        return mentioned or (post.reply_to is not None and post.reply_to.author["id"] == self.id)


def _topic(where: Where) -> int | None:
    """The topic it lands in: the one named, else that of the message it answers; General has no number."""
    if where.topic is not None:
        return None if where.topic.id == GENERAL else where.topic.id
    return where.reply_to.topic if where.reply_to is not None else None


def _root(chat: Chat, topic: int | None) -> Post | None:
    """In a topic every message that answers nothing answers the one that the topic began with."""
    return chat.find(topic) if topic is not None else None


def _thread(chat: Chat, reply_to: Post | None) -> int | None:
    """In a supergroup a chain of replies outside all topics carries the id of its first message."""
    if reply_to is None or chat.type != "supergroup" or reply_to.topic is not None:
        return None
    return reply_to.thread or reply_to.id

"""One message as a person sees it, and the same message as the Bot API writes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fakes.telegram.files import StoredFile

if TYPE_CHECKING:
    from tests.fakes.telegram.chats import Chat


@dataclass(frozen=True, eq=False)
class Media:
    """What a message carries beside words."""

    kind: str
    """The field of `Message` it stands in."""
    file: StoredFile
    width: int = 0
    height: int = 0
    duration: int = 0
    thumbnail: StoredFile | None = None
    streams: bool = False
    """Whether it may be watched while it loads; only the sender says so."""
    covered: bool = False
    """Whether it is behind a spoiler."""
    sizes: tuple[tuple[StoredFile, int, int], ...] = ()
    """A photo's sizes, the smallest first: file, width, height."""
    more: dict[str, Any] = field(default_factory=dict)
    """Further fields of the media's own object."""

    @property
    def is_clip(self) -> bool:
        return self.kind in {"video", "animation"}

    def to_json(self) -> dict[str, Any]:
        """The fields of `Message` for this media; an animation fills `document` too."""
        if self.kind == "photo":
            return {"photo": [file.to_json() | {"width": w, "height": h} for file, w, h in self.sizes]}
        body = self.file.to_json() | self.more
        if self.kind not in {"sticker", "voice"}:
            body |= {"file_name": self.file.name}
        if self.kind != "sticker":
            body |= {"mime_type": self.file.mime}
        if self.thumbnail is not None:
            body |= {"thumbnail": self.thumbnail.to_json() | {"width": 320, "height": 180}}
        if self.kind == "document":
            return {"document": body}
        if self.kind == "voice":
            return {"voice": body | {"duration": self.duration}}
        sized = body | {"width": self.width, "height": self.height}
        if self.kind != "sticker":
            sized |= {"duration": self.duration}
        return {self.kind: sized} | ({"document": body} if self.kind == "animation" else {})


@dataclass(eq=False)
class Post:
    """A message in a chat. What the bot posts and what people post differ in their author alone."""

    chat: Chat
    id: int
    date: int
    author: dict[str, Any]
    """A `User`."""
    text: str = ""
    """Of a message with media: its caption."""
    entities: list[dict[str, Any]] = field(default_factory=list)
    media: Media | None = None
    topic: int | None = None
    """The topic's id; None in General and where there are no topics."""
    thread: int | None = None
    """The root of a chain of replies in an ordinary supergroup: looks like a topic and is none."""
    reply_to: Post | None = None
    elsewhere: Post | None = None
    """A message of another chat that this one answers."""
    markup: dict[str, Any] | None = None
    sender_chat: dict[str, Any] | None = None
    album: str | None = None
    service: dict[str, Any] = field(default_factory=dict)
    """Fields of a service message."""
    silent: bool = False
    edited_at: int | None = None
    edits: int = 0
    deleted: bool = False
    scheduled: bool = False
    """Not there yet: its video is being encoded anew, and the sender was given message id 0."""
    reactions: tuple[str, ...] = ()
    """What the bot put under it."""

    @property
    def by_bot(self) -> bool:
        return bool(self.author["is_bot"]) and self.sender_chat is None

    @property
    def clip(self) -> Media | None:
        """The film in it, however it came back."""
        return self.media if self.media is not None and self.media.is_clip else None

    @property
    def rows(self) -> list[list[dict[str, Any]]]:
        """The inline keyboard."""
        return (self.markup or {}).get("inline_keyboard", [])

    @property
    def buttons(self) -> list[str]:
        """What the buttons under it say, left to right, top to bottom."""
        return [button["text"] for row in self.rows for button in row]

    def button(self, label: str) -> dict[str, Any]:
        """The button that says *label*, or begins with it."""
        for row in self.rows:
            for button in row:
                if button["text"].startswith(label):
                    return button
        raise AssertionError(f"no button {label!r} among {self.buttons}")

    @property
    def visible(self) -> bool:
        return not self.deleted and not self.scheduled

    def __repr__(self) -> str:
        what = f" [{self.media.kind}]" if self.media else ""
        return f"<{self.author['first_name']} #{self.id}{what} {self.text!r} {self.buttons}>"

    # ------------------------------------------------------------------------------------------- for the bot

    def to_json(self, *, with_reply: bool = True) -> dict[str, Any]:
        """The `Message`; one that is a reply shows what it answers, but not what that one answered."""
        body: dict[str, Any] = {
            "message_id": 0 if self.scheduled else self.id,
            "from": self.author,
            "chat": self.chat.to_json(),
            "date": self.date,
            **self.service,
            **self._place(),
            **self._words(),
        }
        if self.media is not None:
            body |= self.media.to_json()
        if self.reply_to is not None and with_reply and not self.reply_to.deleted:
            body["reply_to_message"] = self.reply_to.to_json(with_reply=False)
        more = {
            "external_reply": self.elsewhere and self.elsewhere.as_external_reply(),
            "sender_chat": self.sender_chat,
            "media_group_id": self.album,
            "edit_date": self.edited_at,
            "reply_markup": {"inline_keyboard": self.rows} if self.rows else None,
        }
        return body | {name: value for name, value in more.items() if value is not None}

    def as_external_reply(self) -> dict[str, Any]:
        """The `ExternalReplyInfo` of an answer that somebody gives in another chat."""
        origin = {"type": "user", "date": self.date, "sender_user": self.author}
        media = self.media.to_json() if self.media is not None else {}
        return {"origin": origin, "chat": self.chat.to_json(), "message_id": self.id, **media}

    def _place(self) -> dict[str, Any]:
        if self.topic is not None:
            return {"message_thread_id": self.topic, "is_topic_message": True}
        return {"message_thread_id": self.thread} if self.thread is not None else {}

    def _words(self) -> dict[str, Any]:
        if not self.text:
            return {}
        names = ("text", "entities") if self.media is None else ("caption", "caption_entities")
        return {names[0]: self.text} | ({names[1]: self.entities} if self.entities else {})

    def same_as(self, text: str, entities: list[Any], media: Media | None, markup: dict[str, Any] | None) -> bool:
        """Whether an edit to this would change nothing."""
        same_file = (media and media.file.id) == (self.media and self.media.file.id)
        return same_file and (text, entities, markup or None) == (self.text, self.entities, self.markup or None)

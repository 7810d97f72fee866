"""A message as it stands in a channel, and what a person reads and sees in it."""

import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from typing import Any


class Flag(IntFlag):
    """https://docs.discord.com/developers/resources/message#message-object-message-flags"""

    SUPPRESS_EMBEDS = 1 << 2
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    HAS_SNAPSHOT = 1 << 14
    IS_COMPONENTS_V2 = 1 << 15


class Part(IntEnum):
    """Component types."""

    ACTION_ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    SECTION = 9
    TEXT_DISPLAY = 10
    THUMBNAIL = 11
    MEDIA_GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19


@dataclass(eq=False)
class Picture:
    """A file: what somebody uploads, and what then lies in the file store."""

    name: str
    content: bytes
    content_type: str | None = ""
    """Empty: guessed from the name, as the apps do. None: not said, which happens."""
    width: int | None = None
    height: int | None = None
    id: int = 0
    url: str = ""
    description: str | None = None
    ephemeral: bool = False
    """Uploaded into a command: Discord deletes it some time later."""

    def __post_init__(self) -> None:
        if self.content_type == "":
            self.content_type = mimetypes.guess_type(self.name)[0]


@dataclass(frozen=True)
class Button:
    """A button as people see it."""

    label: str
    custom_id: str | None
    disabled: bool
    url: str | None
    style: int


def walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every component, outer before inner, in reading order."""
    for component in components:
        yield component
        inner = list(component.get("components", []))
        if component.get("component"):
            inner.append(component["component"])
        if component.get("accessory"):
            inner.append(component["accessory"])
        yield from walk(inner)


@dataclass(eq=False)
class Message:
    """One message. What was deleted stays in the history, marked."""

    id: int
    channel: Any
    author: Any
    content: str = ""
    components: list[dict[str, Any]] = field(default_factory=list)
    embeds: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[Picture] = field(default_factory=list)
    stickers: list[dict[str, Any]] = field(default_factory=list)
    forwarded: "list[Message]" = field(default_factory=list)
    flags: Flag = field(default_factory=lambda: Flag(0))
    nonce: str | None = None
    reply_to: int | None = None
    ephemeral_for: Any = None
    """Who alone sees it; None: everybody in the channel."""
    asked: Any = None
    """The interaction that it answers."""
    pinged: set[Any] = field(default_factory=set)
    """Who was notified by it."""
    edits: int = 0
    edited_at: float | None = None
    deleted: bool = False

    @property
    def thinking(self) -> bool:
        """It says no more than that the bot is thinking."""
        return bool(self.flags & Flag.LOADING)

    @property
    def text(self) -> str:
        """All that can be read in it, a line each."""
        lines = [self.content] if self.content else []
        for embed in self.embeds:
            lines += [embed[key] for key in ("title", "description") if embed.get(key)]
        lines += [part["content"] for part in walk(self.components) if part["type"] == Part.TEXT_DISPLAY]
        return "\n".join(lines)

    @property
    def buttons(self) -> list[Button]:
        return [
            Button(
                part.get("label", ""), part.get("custom_id"), part.get("disabled", False), part.get("url"),
                part["style"],
            )
            for part in walk(self.components)
            if part["type"] == Part.BUTTON
        ]  # fmt: skip

    @property
    def labels(self) -> list[str]:
        """What stands on the buttons that can be pressed."""
        return [button.label for button in self.buttons if not button.disabled]

    @property
    def media(self) -> list[Picture]:
        """The files that a person can see or play: with Components V2 only those that a component shows."""
        if not self.flags & Flag.IS_COMPONENTS_V2:
            return self.attachments
        shown = {media["url"] for part in walk(self.components) for media in shown_media(part)}
        return [file for file in self.attachments if file.url in shown]

    @property
    def covered(self) -> bool:
        """Whether every file in its galleries is behind a spoiler."""
        shown = [entry for part in walk(self.components) for entry in part.get("items", [])]
        return bool(shown) and all(entry.get("spoiler") for entry in shown)

    def seen_by(self, user: Any) -> bool:
        """Whether it stands there for this person; None asks for everybody."""
        return not self.deleted and self.ephemeral_for in {None, user}


def shown_media(part: dict[str, Any]) -> list[dict[str, Any]]:
    """The pictures, films and files that a component shows."""
    if part["type"] == Part.MEDIA_GALLERY:
        return [entry["media"] for entry in part["items"]]
    return [part[key] for key in ("media", "file") if key in part]

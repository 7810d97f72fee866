"""Where things are on Telegram: what a place's address and a note's handle hold."""

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.core.model import CommunityId, Place
from bot.core.ports import PlaceGone

NAME = "telegram"
GENERAL = "1"
"""How limits name the topic General of a forum; its messages carry no topic at all (Bot API, Message)."""


class Address(BaseModel):
    """What a `Place` of this chat holds."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    chat: int
    """Negative for groups; a private chat has the id of its person."""
    asker: int
    """Who asked: the buttons are theirs."""
    topic: int | None = None
    """Set only where the message belongs to a topic: elsewhere Telegram's thread id is the root of a reply chain."""
    reply: int | None = None
    """The message that asked."""

    @property
    def private(self) -> bool:
        return self.chat > 0


def place_of(address: Address, *, forum: bool = False) -> Place:
    """The place of an address; in forums its channel is the topic."""
    channel = "" if address.private else str(address.topic or (GENERAL if forum else ""))
    return Place(NAME, address.model_dump_json(exclude_none=True), channel)


def address_of(place: Place) -> Address:
    """Read a place.

    Raises:
        PlaceGone: It is none of ours.
    """
    try:
        return Address.model_validate_json(place.address)
    except ValidationError as error:
        raise PlaceGone("not an address of this chat") from error


def community_of(chat: int) -> CommunityId | None:
    """The group with this id; None for private chats."""
    return CommunityId(NAME, str(chat)) if chat < 0 else None


def handle_of(chat: int, message: int) -> str:
    return f"{chat}:{message}"


def link_to(handle: str | None) -> str:
    """A link to a message, for members of its group; empty where there is none: ordinary groups have no links."""
    chat, _, message = (handle or "").partition(":")
    return f"https://t.me/c/{chat.removeprefix(_SUPERGROUP)}/{message}" if chat.startswith(_SUPERGROUP) else ""


_SUPERGROUP = "-100"
"""Begins the ids of supergroups in the Bot API; in links it is left out."""


def read_handle(handle: str | None) -> tuple[int, int] | None:
    """Chat and message of a handle; None if it is none of ours."""
    chat, _, message = (handle or "").partition(":")
    try:
        return int(chat), int(message)
    except ValueError:
        return None

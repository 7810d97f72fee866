"""What exists in the made-up Discord: people, servers, roles, channels, and how they change."""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

from tests.fakes.discord.messages import Message, Picture
from tests.fakes.discord.rights import EVERYONE, May, rights

EPOCH_MS = 1_420_070_400_000
"""The first millisecond of 2015, from which Discord counts its ids."""
MIB = 2**20
NOTHING = May(0)
BOT_MAY = (
    May.VIEW_CHANNEL | May.SEND_MESSAGES | May.SEND_MESSAGES_IN_THREADS | May.ATTACH_FILES | May.EMBED_LINKS
    | May.READ_MESSAGE_HISTORY
)  # fmt: skip


class Kind(IntEnum):
    """Channel types."""

    TEXT = 0
    DM = 1
    VOICE = 2
    GROUP_DM = 3
    ANNOUNCEMENT = 5
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15
    MEDIA = 16


THREADS = {Kind.PUBLIC_THREAD, Kind.PRIVATE_THREAD}
WITHOUT_MESSAGES = {Kind.FORUM, Kind.MEDIA}
PRIVATE = {Kind.DM, Kind.GROUP_DM}


@dataclass(eq=False)
class User:
    """Somebody with an account."""

    id: int
    name: str
    is_bot: bool = False
    locale: str = "en-US"
    nitro_bytes: int = 0
    """What their subscription lets them upload, in bytes."""
    takes_dms: bool = True
    has_installed: bool = False
    """They carry the app with them, into servers that never installed it."""

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"


@dataclass(eq=False)
class Role:
    id: int
    name: str
    may: May


@dataclass(eq=False)
class Member:
    user: User
    roles: list[Role] = field(default_factory=list)


@dataclass(eq=False)
class Channel:
    """Where people talk: also threads, posts of a forum, and private chats."""

    id: int
    kind: Kind
    name: str
    world: "World"
    guild: "Guild | None" = None
    parent: "Channel | None" = None
    people: list[User] = field(default_factory=list)
    """Who is in a private chat or a private thread."""
    overwrites: dict[int, tuple[May, May]] = field(default_factory=dict)
    archived: bool = False
    locked: bool = False
    deleted: bool = False
    nsfw: bool = False
    """For adults alone; a thread is what the channel around it is."""
    history: list[Message] = field(default_factory=list)
    """Everything ever said here, what was deleted included."""

    @property
    def is_thread(self) -> bool:
        return self.kind in THREADS

    @property
    def posts(self) -> list[Message]:
        """What the bot ever posted here for everybody to see, what was deleted included: a double post shows here."""
        return [m for m in self.history if m.author is self.world.bot and m.ephemeral_for is None]

    def thread(self, name: str, *, people: tuple[User, ...] = ()) -> "Channel":
        """A thread in this channel, or a post in this forum; one with *people* is private to them."""
        kind = Kind.PRIVATE_THREAD if people else Kind.PUBLIC_THREAD
        made = self.world.add_channel(Channel(self.world.new_id(), kind, name, self.world, self.guild, self))
        made.people = [*people]
        self.world.announce("THREAD_CREATE", made)
        return made

    def archive(self, *, locked: bool = False) -> None:
        self.archived, self.locked = True, locked
        self.world.announce("THREAD_UPDATE", self)

    def reopen(self) -> None:
        self.archived = self.locked = False
        self.world.announce("THREAD_UPDATE", self)

    def delete(self) -> None:
        """Gone, with every thread in it."""
        for inner in [c for c in self.world.channels.values() if c.parent is self and not c.deleted]:
            inner.delete()
        self.deleted = True
        self.world.announce("THREAD_DELETE" if self.is_thread else "CHANNEL_DELETE", self)

    def restrict(self) -> None:
        """Make it a channel for adults alone."""
        self.nsfw = True
        self.world.announce("CHANNEL_UPDATE", self)

    def overwrite(self, who: "User | Role", *, give: May = NOTHING, take: May = NOTHING) -> None:
        """Give and take rights in this channel alone."""
        self.overwrites[who.id] = (give, take)
        self.world.announce("CHANNEL_UPDATE", self)

    def say(self, author: User, content: str = "", *, pictures: tuple[Picture, ...] = (), **fields) -> Message:
        """Somebody posts something by hand."""
        message = Message(self.world.new_id(), self, author, content, **fields)
        message.attachments = [self.world.store(picture, self) for picture in pictures]
        self.world.add_message(message)
        return message


@dataclass(eq=False)
class Guild:
    """A server."""

    id: int
    name: str
    owner: User
    world: "World"
    everyone: Role
    tier: int = 0
    locale: str = "en-US"
    roles: list[Role] = field(default_factory=list)
    members: dict[int, Member] = field(default_factory=dict)
    bot_role: Role | None = None
    """None: the bot is not here."""
    alerts: Channel | None = None
    """Where Discord writes to admins and moderators about safety."""
    notices: Channel | None = None
    """Where it writes to them about all the rest."""

    @property
    def most_bytes(self) -> int:
        """The largest file in a message of the bot, in bytes: 10, 10, 50 or 100 MiB by boost."""
        return (10, 10, 50, 100)[self.tier] * MIB

    @property
    def channels(self) -> list[Channel]:
        return [c for c in self.world.channels.values() if c.guild is self and not c.deleted]

    def channel(self, name: str, *, kind: Kind = Kind.TEXT) -> Channel:
        made = self.world.add_channel(Channel(self.world.new_id(), kind, name, self.world, self))
        self.world.announce("CHANNEL_CREATE", made)
        return made

    def forum(self, name: str) -> Channel:
        return self.channel(name, kind=Kind.FORUM)

    def role(self, name: str, may: May = NOTHING) -> Role:
        made = Role(self.world.new_id(), name, may)
        self.roles.append(made)
        self.world.announce("GUILD_ROLE_CREATE", (self, made))
        return made

    def join(self, user: User, *roles: Role) -> Member:
        self.members[user.id] = Member(user, [*roles])
        return self.members[user.id]

    def boost(self, tier: int) -> None:
        self.tier = tier
        self.world.announce("GUILD_UPDATE", self)

    def install(self, may: May = BOT_MAY) -> None:
        """An admin lets the bot in, with these rights."""
        self.bot_role = Role(self.world.new_id(), "the bot", may)
        self.roles.append(self.bot_role)
        self.join(self.world.bot, self.bot_role)
        self.world.announce("GUILD_CREATE", self)

    def throw_out(self) -> None:
        """An admin removes the bot."""
        self.members.pop(self.world.bot.id)
        if self.bot_role is not None:
            self.roles.remove(self.bot_role)
        self.bot_role = None
        self.world.announce("GUILD_DELETE", self)

    def rights(self, user: User, channel: Channel | None = None) -> May:
        member = self.members.get(user.id)
        return rights(self, member, channel) if member else NOTHING


class World:
    """All of it, and the clock and the ids by which it goes."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._skipped = 0.0
        self._numbers = itertools.count(1)
        self.announce: Callable[[str, object], None] = lambda _event, _thing: None
        """Tells the gateway what happened; set by it."""
        self.link: Callable[[Picture, Channel], str] = lambda _picture, _channel: ""
        """Where the file store keeps a file; set by it."""
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.messages: dict[int, Message] = {}
        self.bot = self.user("Reelbot", is_bot=True)
        self.application_id = self.bot.id

    def now(self) -> float:
        """Seconds since 1970, on Discord's own clock."""
        return self._clock() + self._skipped

    def skip(self, seconds: float) -> None:
        """Let time pass for Discord alone: tokens, links and nonces age."""
        self._skipped += seconds

    def new_id(self, *, age_seconds: float = 0.0) -> int:
        """A fresh id, which tells when the thing came to be."""
        milliseconds = int((self.now() - age_seconds) * 1000) - EPOCH_MS
        return (milliseconds << 22) + next(self._numbers)

    def user(self, name: str, **fields) -> User:
        made = User(self.new_id(), name, **fields)
        self.users[made.id] = made
        return made

    def guild(
        self, name: str, *, owner: User | None = None, installed: bool = True, shard: tuple[int, int] = (0, 1), **fields
    ) -> Guild:
        """A server; *shard* says which of how many connections brings its events: its id does."""
        owner = owner or self.user(f"owner of {name}")
        number = self.new_id()
        which, count = shard
        number += (which - (number >> 22)) % count << 22
        made = Guild(number, name, owner, self, Role(number, "@everyone", EVERYONE), **fields)
        self.guilds[number] = made
        made.join(owner)
        if installed:
            made.install()
        return made

    def add_channel(self, channel: Channel) -> Channel:
        self.channels[channel.id] = channel
        return channel

    def dm(self, user: User) -> Channel:
        """The private chat between the bot and somebody; there is one."""
        for channel in self.channels.values():
            if channel.kind is Kind.DM and set(channel.people) == {user, self.bot}:
                return channel
        return self.private_chat(user, self.bot)

    def private_chat(self, *people: User) -> Channel:
        """A chat between these people alone."""
        kind = Kind.DM if len(people) == 2 else Kind.GROUP_DM
        return self.add_channel(Channel(self.new_id(), kind, "", self, people=[*people]))

    def store(self, picture: Picture, channel: Channel) -> Picture:
        """Keep a file; it gets an id and a link."""
        picture.id = self.new_id()
        picture.url = self.link(picture, channel)
        return picture

    def add_message(self, message: Message) -> None:
        self.messages[message.id] = message
        message.channel.history.append(message)
        self.announce("MESSAGE_CREATE", message)

"""A loopback Discord with our adapter behind it, and a core that answers as told."""

import asyncio
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from discord.gateway import DiscordWebSocket
from discord.http import Route
from pydantic import SecretStr

from bot.core.catalog import Catalog
from bot.core.model import (
    Button,
    ButtonAction,
    Clip,
    Delivery,
    FileName,
    Incoming,
    JobId,
    LimitSet,
    Note,
    Place,
    Reply,
    State,
    UserId,
)
from bot.platforms.discord.chat import Discord
from providers.contract import Format, Mode, Offer
from tests.fakes.clock import FakeClock
from tests.fakes.discord.people import Person
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import Channel, Guild
from tests.fakes.files import FolderFiles
from tests.fakes.inbox import FakeInbox, FakeMemory
from tests.story.house import tariff

JOB = JobId("k3f9q0x2ab")
RUNNING = (ButtonAction.CANCEL,)
AFTER = (ButtonAction.AGAIN, ButtonAction.EDIT, ButtonAction.DELETE)
LABELS = {
    ButtonAction.CANCEL: "Cancel",
    ButtonAction.AGAIN: "Again",
    ButtonAction.EDIT: "Edit prompt",
    ButtonAction.DELETE: "Delete",
    ButtonAction.YES: "Yes, make it",
    ButtonAction.NO: "No",
    ButtonAction.JOB: "Send it again",
    ButtonAction.REPORT: "Report",
}


def note(state=State.QUEUED, headline="Number 1 in the queue.", buttons=RUNNING, **fields) -> Note:
    standard = {"prompt": "a cat smiling", "details": ("preview · 6 s",), "job": JOB}
    drawn = tuple(Button(action, LABELS[action], fields.get("job", JOB)) for action in buttons)
    return Note(state=state, headline=headline, buttons=drawn, **(standard | fields))


def accepted(**fields) -> Reply:
    """What the core answers to a wish that became a job."""
    return Reply(text="", job=JOB, accepted=True, note=note(**fields))


def offer(model, *, usd="0.28", moves=("Zoom in", "Pan left"), resolution="768P") -> Offer:
    shapes = tuple(Format(mode, resolution, 6, Decimal(usd)) for mode in (Mode.TEXT, Mode.IMAGE))
    return Offer("preview", model, model, shapes, camera_moves=frozenset(moves))


@dataclass
class Core:
    """Answers what it was told to, by the first word of what it hears; wishes become jobs."""

    heard: list[Incoming] = field(default_factory=list)
    pictures: list[list[bytes]] = field(default_factory=list)
    replies: dict[str, Reply] = field(default_factory=dict)
    before_reply: Callable[[], object] | None = None

    async def receive(self, incoming: Incoming) -> Reply:
        self.heard.append(incoming)
        self.pictures.append([await asyncio.to_thread(path.read_bytes) for path in incoming.pictures])
        if self.before_reply is not None and asyncio.iscoroutine(waiting := self.before_reply()):
            await waiting
        first = incoming.text.split(maxsplit=1)[0] if incoming.text else ""
        return self.replies.get(first, self.replies.get("*", accepted()))


@dataclass
class Scene:
    discord: FakeDiscord
    guild: Guild
    channel: Channel
    ana: Person
    ben: Person
    core: Core
    clock: FakeClock
    files: FolderFiles
    inbox: FakeInbox
    memory: FakeMemory
    offers: list[Offer]
    limits_trouble: Exception | None = None
    limits: LimitSet = field(default_factory=LimitSet)
    link: str | None = None
    foresee: Callable | None = None
    gateway_url: str | None = None
    chat: Discord = field(init=False)

    def __post_init__(self):
        self.chat = self.adapter()

    def adapter(self) -> Discord:
        """Our side, as after a start; inbox and memory outlive it."""

        async def catalog():
            return Catalog(tuple(self.offers), tariff())

        async def limits_of(_community):
            if self.limits_trouble is not None:
                raise self.limits_trouble
            return self.limits

        return Discord(
            token=SecretStr(self.discord.token),
            api_base=self.discord.api_base,
            gateway_url=self.gateway_url,
            inbox=self.inbox,
            memory=self.memory,
            files=self.files,
            clock=self.clock,
            catalog=catalog,
            limits_of=limits_of,
            clip_link=lambda _name: self.link,
            foresee=self.foresee,
        )

    @asynccontextmanager
    async def running(self):
        """Our side listening; ended as by a stop, and made anew afterwards."""
        sessions = len(self.discord.gateway.listeners)
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(self.chat.run(self.core.receive))
            await self.discord.online(sessions=sessions + 1)
            await self.discord.eventually(lambda: self.memory.values.get(("discord", "commands")))
            try:
                yield
            finally:
                listening.cancel()
        await self.chat.close()
        self.chat = self.adapter()

    async def answered(self) -> None:
        """Wait until no letter is left but reminders of tokens."""
        await self.inbox.until(
            lambda: not [key for key in self.inbox.unanswered if not key.startswith(("token:", "picked:"))]
        )

    @property
    def place(self) -> Place:
        """Where the last thing was asked."""
        return self.core.heard[-1].place

    async def asks(self, prompt="a cat smiling", *, by: Person | None = None, **options):
        """`/video`, up to the note."""
        asked = (by or self.ana).slash("video", prompt=prompt, **options)
        await asked.answered()
        await self.answered()
        return asked

    def clip(self, size=1024) -> tuple[Clip, Path]:
        path = self.files.clip(FileName("clip.mp4"))
        path.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(size - 12))
        return Clip(FileName("clip.mp4"), 320, 180, 1.0, size), path

    def delivery(self, *, size=1024, repeat=False, handle=None, spoiler=False, **fields) -> Delivery:
        clip, path = self.clip(size)
        done = note(State.DELIVERED, "Here is your video.", handle=handle, **({"buttons": AFTER} | fields))
        return Delivery(done, clip, path, None, repeat, UserId("discord", str(self.ana.user.id)), spoiler)

    def clips_seen(self, channel: Channel | None = None):
        """Messages with a film that the asker can play now."""
        return [message for message in self.ana.seen(channel or self.channel) if message.media]


@asynccontextmanager
async def scene(folder: Path, **changes):
    """A server with a channel and two people; nobody of ours is listening yet."""
    clock = FakeClock()
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    async with FakeDiscord(clock=lambda: clock.now().timestamp(), **changes).serve() as discord:
        guild = discord.guild("cats")
        channel = guild.channel("films")
        ana, ben = (discord.person(name, guild).goes_to(channel) for name in ("ana", "ben"))
        made = Scene(
            discord, guild, channel, ana, ben, Core(), clock, FolderFiles(folder), FakeInbox(), FakeMemory(),
            [offer("preview")],
        )  # fmt: skip
        try:
            yield made
        finally:
            await made.chat.close()
            Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway

"""The adapter at work: before a Bot API on loopback, with a core that a test scripts, on a clock that runs fast."""

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr

from bot.core.model import (
    Button,
    ButtonAction,
    Clip,
    Delivery,
    FileName,
    Incoming,
    JobId,
    Note,
    Place,
    Reply,
    State,
    UserId,
)
from bot.core.signing import Signer
from bot.platforms.telegram.account import Account
from bot.platforms.telegram.chat import TelegramChat, World, open_telegram
from bot.platforms.telegram.places import Address, place_of
from tests.fakes.clock import START
from tests.fakes.files import FolderFiles
from tests.fakes.inbox import FakeInbox, FakeMemory
from tests.fakes.telegram.server import TOKEN, FakeTelegram

JOB = JobId("k3f9q0x2ab")
SIGNER = Signer(b"a secret that only tests know")
AFTER = (ButtonAction.AGAIN, ButtonAction.EDIT, ButtonAction.DELETE)


class FastClock:
    """A real clock on which a minute passes in a second and a half."""

    def __init__(self, speed=40.0):
        self._speed = speed
        self._start = time.monotonic()
        self._skipped = timedelta(0)

    def now(self):
        return START + self._skipped + timedelta(seconds=(time.monotonic() - self._start) * self._speed)

    async def wait(self, event, seconds):
        try:
            async with asyncio.timeout(None if seconds is None else seconds / self._speed):
                await event.wait()
        except TimeoutError:
            return False
        return True

    def skip(self, **by):
        self._skipped += timedelta(**by)


@dataclass
class ScriptedCore:
    """Notes what it hears with the pictures' bytes, and answers as a test says."""

    heard: list[Incoming] = field(default_factory=list)
    photos: list[list[bytes]] = field(default_factory=list)
    replies: dict[str, Reply | Exception] = field(default_factory=dict)
    """By text; anything else is answered with one sentence."""
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self):
        self.gate.set()

    async def receive(self, incoming):
        self.heard.append(incoming)
        self.photos.append([await asyncio.to_thread(path.read_bytes) for path in incoming.pictures])
        await self.gate.wait()
        reply = self.replies.get(incoming.text, Reply(f"You said: {incoming.text}"))
        if isinstance(reply, Exception):
            raise reply
        return reply

    @property
    def texts(self):
        return [incoming.text for incoming in self.heard]


@dataclass
class Work:
    telegram: FakeTelegram
    chat: TelegramChat
    core: ScriptedCore
    inbox: FakeInbox
    memory: FakeMemory
    files: FolderFiles
    clock: FastClock
    moved: list[tuple[str, str]]
    folder: Path
    running: asyncio.Task[None] | None
    """The listening."""

    def clip(self, name="clip.mp4", size=2000):
        path = self.folder / name
        path.write_bytes((b"\0\0\0\x18ftypmp42" + bytes(size))[:size])
        return Clip(FileName(name), 1366, 768, 6.0, size), path

    def delivery(self, *, repeat=False, handle=None, asker=0, job=JOB, thumbnail=True, name="clip.mp4"):
        clip, path = self.clip(name)
        picture = self.folder / "thumbnail.jpg"
        picture.write_bytes(b"\xff\xd8\xff\xe0 a small picture")
        done = note(State.DELIVERED, "Here is your video.", AFTER, handle, job=job)
        done = replace(done, details=("hailuo · 6 s · 768P", "Charged 28 credits · k3f9q0x2ab"))
        return Delivery(done, clip, path, picture if thumbnail else None, repeat, UserId("telegram", str(asker)))

    async def rest(self, seconds=0.05):
        """Let things happen that nothing can be seen of."""
        await asyncio.sleep(seconds)

    async def answered(self):
        """Wait until everything that Telegram has for us has arrived and been answered."""

        def all_done():
            arrived = {key for _, key in self.inbox.letters}
            coming = {str(update["update_id"]) for update in self.telegram.updates.pending}
            return arrived and coming <= arrived and not self.inbox.unanswered

        await self.inbox.until(all_done)


async def until(holds, seconds=5.0):
    """Wait until *holds* returns something true, and return that, whoever makes it so."""
    async with asyncio.timeout(seconds):
        while not (found := holds()):  # noqa: ASYNC110 not everything that changes announces it
            await asyncio.sleep(0.005)
    return found


def note(
    state=State.RENDERING, headline="Being made.", buttons=(ButtonAction.CANCEL,), handle=None, *, job=JOB, **more
):
    drawn = tuple(Button(action, action.value.title(), job) for action in buttons)
    return Note(job, state, "a cat smiling", headline, ("preview · 6 s",), None, drawn, handle)


def place(chat, asker, *, topic=None, reply=None) -> Place:
    """Where somebody asked."""
    address = Address(
        chat=chat.id, asker=asker.id, topic=topic.id if topic else None, reply=reply.id if reply else None
    )
    return place_of(address, forum=chat.is_forum)


@asynccontextmanager
async def at_work(
    telegram: FakeTelegram, folder: Path, *, core=None, inbox=None, memory=None, local=False, webhook_base=None,
    listening=True, clock=None, token=TOKEN, offers=(),
):  # fmt: skip
    """The adapter, listening; what is handed in outlives it, as a disk does."""
    core, inbox, memory = core or ScriptedCore(), inbox or FakeInbox(), memory or FakeMemory()
    clock, moved = clock or FastClock(), []

    async def relocate(old, new):
        moved.append((str(old), str(new)))

    files = await asyncio.to_thread(FolderFiles, folder / "files")
    account = Account(SecretStr(token), telegram.address, local, webhook_base)
    world = World(inbox, memory, files, clock, SIGNER, relocate, lambda: offers)
    async with open_telegram(account, world) as chat, asyncio.TaskGroup() as group:
        running = group.create_task(chat.run(core.receive)) if listening else None
        yield Work(telegram, chat, core, inbox, memory, files, clock, moved, folder, running)
        if running is not None:
            running.cancel()

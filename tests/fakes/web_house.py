"""The web chat behind a real server, with a core in memory that a test moves on by hand."""

import asyncio
import itertools
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import av
from PIL import Image, ImageOps

from bot.core.foreseeing import Quote
from bot.core.model import (
    Account,
    Button,
    ButtonAction,
    Clip,
    Delivery,
    FileName,
    Incoming,
    JobId,
    Note,
    Paper,
    Reply,
    State,
    UserId,
    Wallet,
)
from bot.core.signing import Signer
from bot.platforms.web.audience import Audience
from bot.platforms.web.board import Board
from bot.platforms.web.chat import WebChat
from bot.platforms.web.persons import Persons
from bot.platforms.web.prices import Wares
from bot.platforms.web.streams import Streams
from bot.web.media_links import MediaLinks
from bot.web.server import WebServer
from providers.contract import CAMERA_MOVES, Format, Mode, Offer
from tests.fakes.clock import FakeClock
from tests.fakes.files import FolderFiles
from tests.fakes.messages import FakeMessages

SECRET = b"a secret that only tests know"
_LABELS = {
    ButtonAction.CANCEL: "Cancel",
    ButtonAction.AGAIN: "Again",
    ButtonAction.EDIT: "Edit prompt",
    ButtonAction.DELETE: "Delete",
    ButtonAction.YES: "Yes, make it",
    ButtonAction.NO: "No",
}
_BUTTONS = {
    State.ASKING: (ButtonAction.YES, ButtonAction.NO),
    State.QUEUED: (ButtonAction.CANCEL,),
    State.RENDERING: (ButtonAction.CANCEL,),
    State.DELIVERED: (ButtonAction.AGAIN, ButtonAction.EDIT, ButtonAction.DELETE),
    State.FAILED: (ButtonAction.AGAIN, ButtonAction.EDIT),
    State.CANCELLED: (ButtonAction.AGAIN, ButtonAction.EDIT),
}
_HEADLINES = {
    State.ASKING: "This video costs 120 credits. Shall I make it?",
    State.QUEUED: "Number 2 in the queue, ready in about 40 seconds.",
    State.RENDERING: "Being made, about 20 seconds to go.",
    State.DELIVERED: "Here is your video.",
    State.FAILED: "The video service refused this wish because of its content.",
    State.CANCELLED: "Stopped, as you asked.",
}


def offer(model="hailuo", moves=frozenset(CAMERA_MOVES)):
    formats = tuple(
        Format(mode, size, seconds, Decimal("0.28"))
        for mode in Mode
        for size, seconds in (("768P", 6), ("768P", 10), ("1080P", 6))
    )
    return Offer("preview", model, f"{model}-wire", formats, camera_moves=moves)


@dataclass
class FakeJob:
    id: JobId
    prompt: str
    incoming: Incoming
    state: State


class FakeCore:
    """What the core looks like from a chat."""

    def __init__(self, files: FolderFiles):
        self.files = files
        self.chat: WebChat | None = None
        self.received: list[Incoming] = []
        self.photos: list[list[bytes]] = []
        self.jobs: dict[JobId, FakeJob] = {}
        self.replies: dict[str, Reply] = {}
        self.languages: dict[UserId, str] = {}
        self.quoted: list[tuple[str, int]] = []
        self.balance = 100
        self.told: list[Quote | None] = []
        """What is told instead of a price, if there is anything here."""
        self._opened = asyncio.Condition()
        self.asked = asyncio.Event()
        self.before_answer = asyncio.Event()
        self.before_answer.set()
        self._numbers = itertools.count(1)

    @property
    def latest(self) -> FakeJob:
        return list(self.jobs.values())[-1]

    async def opened(self, number=1) -> FakeJob:
        """Wait until so many jobs have been opened; the latest of them."""
        async with asyncio.timeout(10), self._opened:
            await self._opened.wait_for(lambda: len(self.jobs) >= number)
        return self.latest

    async def receive(self, incoming: Incoming) -> Reply:
        self.received.append(incoming)
        self.photos.append([await asyncio.to_thread(path.read_bytes) for path in incoming.pictures])
        self.asked.set()
        await self.before_answer.wait()
        if incoming.text in self.replies:
            return self.replies[incoming.text]
        verb, _, rest = incoming.text.partition(" ")
        if not verb.startswith("/") or verb == "/video":
            return await self._open(incoming, rest if verb == "/video" else incoming.text)
        if verb == "/language":
            self.languages[incoming.user.id] = rest
            return Reply(f"From now on I speak {rest} with you.")
        if verb == "/export":
            return Reply("Here is everything I have about you.", paper=Paper("reelbot.json", b'{"you": 1}'))
        return await self._about(verb, JobId(rest), incoming)

    async def account(self, user: UserId) -> Account | None:
        """The person, if they ever chose a language."""
        language = self.languages.get(user)
        return None if language is None else Account(user, "", language, Wallet(0, str(user), 0, 0))

    async def quote(self, incoming: Incoming, pictures: int) -> Quote | None:
        """A price that grows with the pictures; nobody has more than they have."""
        self.quoted.append((incoming.text, pictures))
        if self.told:
            return self.told[0]
        if incoming.text.startswith("/") and not incoming.text.startswith("/video"):
            return None
        price = 28 * (1 + pictures)
        return Quote(f"This costs {price} credits. You have {self.balance} credits.", price, self.balance)

    async def _open(self, incoming: Incoming, prompt: str) -> Reply:
        job = FakeJob(JobId(f"job{next(self._numbers):07}"), prompt, incoming, State.QUEUED)
        self.jobs[job.id] = job
        async with self._opened:
            self._opened.notify_all()
        return Reply("", job=job.id, accepted=True, note=self.note(job))

    async def _about(self, verb: str, wanted: JobId, incoming: Incoming) -> Reply:
        job = self.jobs.get(wanted)
        if job is None or job.incoming.user.id != incoming.user.id:
            return Reply(f"You have no video with the id {wanted}.")
        reply = Reply("", job=job.id)
        match verb:
            case "/again":
                reply = await self._open(incoming, job.prompt)
            case "/edit":
                reply = replace(reply, text="Change the text and send it again.", compose=job.prompt)
            case "/cancel":
                await self.move(job, State.CANCELLED)
                reply = replace(reply, text="Stopping it, if it can still be stopped.", in_note=True)
            case "/delete":
                await self.chat.show(job.incoming.place, replace(self.note(job), headline="Deleted.", buttons=()))
            case "/yes":
                job.state = State.QUEUED
                reply = replace(reply, accepted=True, note=self.note(job))
        return reply

    def note(self, job: FakeJob, percent=None, headline=None) -> Note:
        buttons = tuple(Button(a, _LABELS[a], job.id) for a in _BUTTONS.get(job.state, ()))
        return Note(
            job=job.id,
            state=job.state,
            prompt=job.prompt,
            headline=headline or _HEADLINES.get(job.state, f"{job.state}."),
            details=("hailuo · 6 s · 768P", f"28 credits · {job.id}"),
            percent=percent,
            buttons=buttons,
        )

    async def move(self, job: FakeJob, state: State, percent=None, headline=None):
        job.state = state
        if state.ended:
            await self.chat.tell(job.incoming.place, self.note(job, percent, headline))
        else:
            await self.chat.show(job.incoming.place, self.note(job, percent, headline))

    async def deliver(self, job: FakeJob, clip: Clip):
        job.state = State.DELIVERED
        delivery = Delivery(
            note=self.note(job, 100.0),
            clip=clip,
            path=self.files.clip(clip.file),
            thumbnail=None,
            repeat=False,
            asker=job.incoming.user.id,
        )
        await self.chat.deliver(job.incoming.place, delivery)


def film(path: Path, *, width=320, height=180, seconds=1):
    """A real H.264 film: a sunset that rises slowly."""
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=12)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        sky = ImageOps.colorize(Image.linear_gradient("L"), "#241a4d", "#ffb27a", mid="#b8528f")
        for number in range(12 * seconds):
            still = sky.crop((0, number, 256, 180 + number)).resize((width, height))
            container.mux(stream.encode(av.VideoFrame.from_image(still)))
        container.mux(stream.encode())


def clip_in(files: FolderFiles, name="clip.mp4", *, width=320, height=180, seconds=1) -> Clip:
    path = files.clip(FileName(name))
    film(path, width=width, height=height, seconds=seconds)
    return Clip(FileName(name), width, height, float(seconds), path.stat().st_size)


class House:
    """Everything around one web chat, opened with `async with running_house(...)`."""

    def __init__(self, folder: Path, *, clock=None, clip_link=None, guards=(), more_routes=()):
        self.clock = clock or FakeClock()
        self.files = FolderFiles(folder)
        self.messages = FakeMessages(self.clock)
        self.signer = Signer(SECRET)
        self.links = MediaLinks(files=self.files, signer=self.signer, clock=self.clock, public_url=None)
        self.core = FakeCore(self.files)
        self.chat = self.new_chat(clip_link)
        self.server = WebServer(
            host="127.0.0.1",
            port=0,
            public_url=None,
            routes=[*self.chat.routes(), *self.links.routes(), *more_routes],
            guards=guards,
            closing_seconds=0.5,
        )

    def new_chat(self, clip_link=None) -> WebChat:
        streams = Streams()
        chat = WebChat(
            board=Board(messages=self.messages, streams=streams, clip_link=clip_link or self.links.link),
            audience=Audience(messages=self.messages, streams=streams, clock=self.clock, shared=False, name="web"),
            files=self.files,
            clock=self.clock,
            persons=Persons(signer=self.signer, clock=self.clock, secure=False, account=self.core.account),
            wares=Wares(
                lambda: (offer(), offer("seedance", moves=frozenset({"Zoom in"}))),
                self.core.quote,
            ),
        )
        self.core.chat = chat
        return chat


@asynccontextmanager
async def running_house(folder: Path, *, receive=None, **options):
    house = House(folder, **options)
    async with house.server, asyncio.TaskGroup() as group:
        running = group.create_task(house.chat.run(receive or house.core.receive))
        await asyncio.sleep(0)
        yield house
        running.cancel()

"""A video API on loopback that counts submits as money, and the client that speaks to it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path

import aiohttp
from aiohttp import web

from providers.contract import Done, Failed, FailReason, Format, Mode, Offer, Order, Pace, Progress, Running, Ticket
from providers.errors import OutcomeUnknown, RefusalKind, Refused, TryLater
from tests.fakes.serving import serving

FORMATS = tuple(Format(mode, "768P", 6, Decimal("0.28")) for mode in Mode)


class Submit(Enum):
    """What the API does with a submit."""

    TAKE = "take"
    REFUSE = "refuse"
    """It does not like what it reads, and takes no money."""
    BE_BUSY = "be busy"
    """Come back in an hour."""
    HANG_UP = "hang up"
    """Takes it and the money, and cuts the connection instead of answering."""


class VideoApi:
    """The server: every submit makes a new task and costs money, like the real ones that know no idempotency key.

    It can be told to misbehave: `on_submit`, `ready` (whether tasks are ever made), `fails` (whether they fail) and
    `clip` (what a made task gives) may be changed at any time.
    """

    def __init__(self, clip: bytes, *, polls_needed: int = 2):
        self.clip = clip
        self._polls_needed = polls_needed
        self.knocks = 0
        """Submits that arrived, paid or not."""
        self.knocked = asyncio.Event()
        self.submits: Counter[str] = Counter()
        """Paid ones, by our own reference."""
        self.polls: Counter[str] = Counter()
        self.on_submit = Submit.TAKE
        self.ready = True
        self.fails = False

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        async with serving(
            web.post("/submit", self._submit), web.get("/poll/{id}", self._poll), web.get("/clip/{id}", self._fetch)
        ) as url:
            yield url

    async def _submit(self, request):
        reference = (await request.json())["reference"]
        self.knocks += 1
        self.knocked.set()
        if self.on_submit is Submit.BE_BUSY:
            return web.Response(status=429, headers={"Retry-After": "3600"})
        if self.on_submit is Submit.REFUSE:
            return web.Response(status=422)
        self.submits[reference] += 1
        if self.on_submit is Submit.HANG_UP:
            request.transport.abort()
        return web.json_response({"id": f"{reference}-{self.submits[reference]}"})

    async def _poll(self, request):
        task = request.match_info["id"]
        self.polls[task] += 1
        known = task.rpartition("-")[0] in self.submits
        over = known and self.ready and self.polls[task] > self._polls_needed
        return web.json_response({"done": over and not self.fails, "failed": over and self.fails})

    async def _fetch(self, _request):
        return web.Response(body=self.clip, content_type="video/mp4")


class LoopbackProvider:
    """The client. *step* is called before and after every call, which is where a process may die."""

    name = "loopback"
    offers = (Offer("loopback", "hailuo-02", "loop-1", FORMATS),)

    def __init__(self, url: str, *, step: Callable[[str], None] = lambda _: None, pace: Pace | None = None):
        self._url = url
        self._step = step
        self.pace = pace or Pace(submits_per_minute=100_000, at_once=100_000, ask_seconds_least=1.0)

    async def __aenter__(self):
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=20), connector=aiohttp.TCPConnector(limit=64)
        )
        return self

    async def __aexit__(self, *_):
        await self._session.close()

    async def submit(self, order: Order, *, callback_url: str | None) -> Ticket:
        self._step("before submit")
        if order.last_look is not None:
            await order.last_look()
        try:
            async with self._session.post(f"{self._url}/submit", json={"reference": order.reference}) as response:
                if response.status == 429:
                    raise TryLater("busy", after=timedelta(seconds=int(response.headers["Retry-After"])))
                if response.status == 422:
                    raise Refused(RefusalKind.CONTENT, "not nice")
                answer = await response.json()
        except aiohttp.ClientConnectorError as refused:
            raise TryLater(str(refused)) from refused
        except (aiohttp.ClientError, TimeoutError) as lost:
            raise OutcomeUnknown(str(lost)) from lost
        self._step("after submit")
        return Ticket(answer["id"])

    async def poll(self, ticket: Ticket) -> Progress:
        self._step("before poll")
        try:
            async with self._session.get(f"{self._url}/poll/{ticket.id}") as response:
                answer = await response.json()
        except (aiohttp.ClientError, TimeoutError) as trouble:
            raise TryLater(str(trouble)) from trouble
        self._step("after poll")
        if answer["failed"]:
            return Failed(FailReason.PROVIDER, "out of luck")
        return Done(f"{self._url}/clip/{ticket.id}") if answer["done"] else Running(50.0)

    async def fetch(self, done: Done) -> AsyncIterator[bytes]:
        self._step("before fetch")
        async with self._session.get(done.url) as response:
            async for chunk in response.content.iter_chunked(65536):
                yield chunk
        self._step("after fetch")


class HurriedClock:
    """Real time for stamps, and waits that are *times* shorter: what a test may do to a real process."""

    def __init__(self, clock, times: float):
        self._clock = clock
        self._times = times

    def now(self):
        return self._clock.now()

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        return await self._clock.wait(event, None if seconds is None else seconds / self._times)

    def alarm(self, seconds: float, call):
        return self._clock.alarm(seconds / self._times, call)


def tiny_clip(path: Path) -> bytes:
    """A real H.264 MP4 of six seconds, as long as most orders: a picture each second."""
    import av  # noqa: PLC0415 only here, it is slow to load
    from PIL import Image  # noqa: PLC0415 likewise

    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=1)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for number in range(6):
            picture = Image.new("RGB", (320, 180), (40 * number, 90, 160))
            for packet in stream.encode(av.VideoFrame.from_image(picture)):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path.read_bytes()

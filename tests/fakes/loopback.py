"""A video API on loopback that counts submits as money, and the client that speaks to it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

import aiohttp
from aiohttp import web

from providers.contract import Done, Format, Mode, Offer, Order, Pace, Progress, Running, Ticket
from providers.errors import OutcomeUnknown, TryLater

FORMATS = tuple(Format(mode, "768P", 6, Decimal("0.28")) for mode in Mode)


class VideoApi:
    """The server: every submit makes a new task and costs money, like the real ones that know no idempotency key."""

    def __init__(self, clip: bytes, *, polls_needed: int = 2):
        self._clip = clip
        self._polls_needed = polls_needed
        self.submits: Counter[str] = Counter()
        self.polls: Counter[str] = Counter()
        self.ready = True

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        app = web.Application()
        app.add_routes(
            [
                web.post("/submit", self._submit),
                web.get("/poll/{id}", self._poll),
                web.get("/clip/{id}", self._fetch),
            ]
        )
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()

    async def _submit(self, request):
        reference = (await request.json())["reference"]
        self.submits[reference] += 1
        return web.json_response({"id": f"{reference}-{self.submits[reference]}"})

    async def _poll(self, request):
        task = request.match_info["id"]
        self.polls[task] += 1
        done = self.ready and self.polls[task] > self._polls_needed
        return web.json_response({"done": done})

    async def _fetch(self, _request):
        return web.Response(body=self._clip, content_type="video/mp4")


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
        try:
            async with self._session.post(f"{self._url}/submit", json={"reference": order.reference}) as response:
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


def tiny_clip(path: Path) -> bytes:
    """A real H.264 MP4 of half a second."""
    import av  # noqa: PLC0415 only here, it is slow to load
    from PIL import Image  # noqa: PLC0415 likewise

    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=12)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for number in range(6):
            picture = Image.new("RGB", (320, 180), (40 * number, 90, 160))
            for packet in stream.encode(av.VideoFrame.from_image(picture)):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path.read_bytes()

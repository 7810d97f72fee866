"""The real composition before loopback APIs, set up by an operator's own variables, with people at its web chat."""

import asyncio
import base64
import io
import json
import re
import secrets
import socket
from collections import Counter
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import av
from PIL import Image

from bot.app import House, open_house
from bot.clock import SystemClock
from bot.core.model import Job, JobId, State
from bot.settings import load_settings
from tests.fakes.apis.ai302 import FakeAi302
from tests.fakes.apis.aimlapi import FakeAimlapi
from tests.fakes.apis.minimax import FakeMinimax
from tests.fakes.apis.openai_hk import FakeOpenaiHk
from tests.fakes.apis.openai_videos import FakeOpenaiVideos
from tests.fakes.apis.relay import FakeRelay
from tests.fakes.apis.replicate import FakeReplicate
from tests.fakes.apis.server import FakeApi, Task
from tests.fakes.apis.vtrix import FakeVtrix
from tests.fakes.person import Person
from tests.story import house as story_house

STARTING_CREDITS = 10_000
SERVER_MODEL = "wan-2.2"
MODELS_OF_TWO_PICTURES = ("hailuo-02", "h3")
"""Those that some API makes from a first and a last picture."""
_LINK = re.compile(r"http://[^\"\\]+/media/[^\"\\]+")
_DATA_URL = re.compile(r"data:image/(?:jpeg|png);base64,[A-Za-z0-9+/]{100}")


class FastClock:
    """Time that runs *times* as fast, and goes on from one house to the next."""

    def __init__(self, times: float):
        self._times = times
        self._real = SystemClock()
        self._began = self._real.now()

    def now(self) -> datetime:
        return self._began + (self._real.now() - self._began) * self._times

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        return await self._real.wait(event, None if seconds is None else seconds / self._times)

    def alarm(self, seconds: float, call):
        return self._real.alarm(seconds / self._times, call)


class NearbyReplicate(FakeReplicate):
    """Takes a picture by an address of this machine, as the real one takes one of the internet."""

    def _unfit(self, model, put):
        return super()._unfit(model, {k: _as_if_public(v) for k, v in put.items()})


class PunctualMinimax(FakeMinimax):
    """Its clock goes as the house's does."""

    def __init__(self, clock):
        super().__init__()
        self._clock = clock

    def _take(self, body):
        self.now = int(self._clock.now().timestamp())
        return super()._take(body)


def _as_if_public(value):
    return value.replace("http://127.0.0.1", "https://bot.example") if isinstance(value, str) else value


def all_apis(clock) -> dict[str, FakeApi]:
    """Every API of the shelf, by the name of its provider."""
    return {
        "minimax": PunctualMinimax(clock),
        "openai_hk": FakeOpenaiHk(),
        "ai302": FakeAi302(),
        "vtrix": FakeVtrix(),
        "relay": FakeRelay(),
        "aimlapi": FakeAimlapi(),
        "openai_videos": FakeOpenaiVideos(models=(SERVER_MODEL,)),
        "replicate": NearbyReplicate(),
    }


class Customer(Person):
    """A person who may send a photo along."""

    async def wish(self, address: str, text: str, photo: bytes | None = None) -> JobId:
        """Ask for a video; the job's id."""
        answer = await self.answer(address, text, photo)
        assert answer.get("accepted"), answer
        return JobId(answer["job"])

    async def answer(self, address: str, text: str, photo: bytes | None = None) -> dict:
        """Say something, a photo with it, and read the direct answer."""
        form = aiohttp.FormData({"text": text, "key": secrets.token_hex(16)}, default_to_multipart=True)
        if photo is not None:
            form.add_field("first", photo, filename="cat.jpg", content_type="image/jpeg")
        async with self._session.post(
            f"{address}/chat/messages", data=form, headers={"Origin": address}
        ) as response:  # fmt: skip
            return await response.json()

    async def notes(self, address: str) -> dict[str, dict]:
        """What the chat says of each job."""
        return {entry["job"]: entry for entry in await self.visit(address) if entry["kind"] == "note"}


class Scene:
    """One house, running, and the APIs around it."""

    def __init__(self, house: House, apis: dict[str, FakeApi], fetches: Counter):
        self.house = house
        self.apis = apis
        self.fetches = fetches
        """How often a clip was asked for, by API."""
        self.store = house.books.store
        self.address = house.server.address

    async def job(self, id: JobId) -> Job:
        job = await self.store.job(id)
        assert job is not None
        return job

    async def until(self, id: JobId, *states: State, within: float = 30.0) -> Job:
        """Wait for a state that the person has heard of; *within* real seconds."""
        async with asyncio.timeout(within):
            while True:
                job = await self.job(id)
                if job.state in states and not job.untold:
                    return job
                assert not job.state.ended or job.untold, (job.state, await self.store.story(id))
                await asyncio.sleep(0.02)

    async def wallet(self, job: Job) -> tuple[int, int]:
        wallet = await self.store.wallet(str(job.user))
        return wallet.balance, wallet.held


def variables(apis: dict[str, FakeApi], port: int) -> dict[str, str]:
    """What the operator writes into the environment."""
    env = {
        "LISTEN": f"127.0.0.1:{port}",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "ALLOW_PRIVATE_ADDRESSES": "true",
        "WEB_CHAT": "on",
        "STARTING_CREDITS": str(STARTING_CREDITS),
        "CONFIRM_ABOVE": "1000000",
    }
    for name, api in apis.items():
        env |= {f"{name.upper()}_API_KEY": api.key, f"{name.upper()}_BASE_URL": api.base_url}
    return env | ({"OPENAI_VIDEOS_MODELS": SERVER_MODEL, "OPENAI_VIDEOS_USD_PER_SECOND": "0.01"})


def free_port() -> int:
    """A port that is free now: the address has to be known before the house listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@asynccontextmanager
async def serving(apis: dict[str, FakeApi]):
    """The APIs alone; gives a count of the clips that were asked for."""
    fetches: Counter[str] = Counter()
    async with AsyncExitStack() as stack:
        for name, api in apis.items():
            _count_fetches(name, api, fetches)
            await stack.enter_async_context(api.serve())
        yield fetches


def _count_fetches(name: str, api: FakeApi, fetches: Counter) -> None:
    whole = api.fetch

    async def fetch(request):
        fetches[name] += 1
        return await whole(request)

    api.fetch = fetch


@asynccontextmanager
async def housed(
    folder: Path, apis: dict[str, FakeApi], fetches: Counter, *, clock, port: int | None = None, **more: str
):
    """One house before APIs that are served already, where the one before it was, if that is given."""
    books = await asyncio.to_thread(story_house.database_of, folder)
    env = variables(apis, port or free_port()) | {"DATA_DIR": str(folder), "DATABASE_URL": books} | more
    settings = await asyncio.to_thread(load_settings, env, None)
    async with open_house(settings, clock=clock) as house:
        yield Scene(house, apis, fetches)


@asynccontextmanager
async def running(folder: Path, clip: bytes, *, clock, apis: dict[str, FakeApi], **settings: str):
    """APIs, a house and somebody at its chat; the books have to be sound when the story is over."""
    for api in apis.values():
        api.clip = clip
    async with (
        serving(apis) as fetches,
        Customer() as customer,
        housed(folder, apis, fetches, clock=clock, **settings) as scene,
    ):
        await customer.visit(scene.address)
        yield scene, customer
        assert await scene.store.verify() == []
        assert {name: api.wrong_requests for name, api in apis.items() if api.wrong_requests} == {}


# ------------------------------------------------------------------------------------------------ looking closely


def photo() -> bytes:
    """A landscape that every API takes."""
    content = io.BytesIO()
    Image.linear_gradient("L").resize((640, 400)).convert("RGB").save(content, "JPEG")
    return content.getvalue()


def frames(content: bytes) -> int:
    with av.open(io.BytesIO(content)) as container:
        return sum(1 for _ in container.decode(video=0))


def body_of(task: Task) -> str:
    """Everything that was asked for, as text."""
    return json.dumps(task.body, default=lambda value: f"<{len(value)} bytes>")


async def picture_of(task: Task) -> bytes:
    """The picture that came with an order, by whatever way, or its beginning."""
    told = body_of(task)
    if file := task.body.get("input_reference"):
        return file["bytes"]
    if link := _LINK.search(told):
        async with aiohttp.ClientSession() as session, session.get(link[0]) as response:
            assert response.status == 200
            return await response.read()
    found = _DATA_URL.search(told)
    assert found, told[:500]
    return base64.b64decode(found[0].partition(",")[2])


async def post(url: str, body: object | bytes, headers: dict[str, str] | None = None) -> int:
    """Call back; the status that was answered."""
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with aiohttp.ClientSession() as session, session.post(url, data=payload, headers=headers) as response:
        await response.read()
        return response.status


def now_seconds() -> int:
    return int(datetime.now(UTC).timestamp())  # noqa: TID251 an API's own clock

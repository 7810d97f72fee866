"""One host that is cut off from PostgreSQL: another one carries on, and nothing is ordered or posted by both."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.clock import SystemClock
from bot.core.model import Charge, Job, State
from providers.contract import Done, Running
from providers.errors import TryLater
from tests.cluster.test_cluster import entries
from tests.fakes.cutting import Cutter
from tests.fakes.loopback import HurriedClock
from tests.fakes.platform import FakePlatform
from tests.fakes.provider import FakeProvider
from tests.story.house import ANA, House, open_house

MADE = Done("https://cdn.example/clip.mp4")
HURRY = 20.0
"""How much shorter every wait is."""
PUT_OFF = timedelta(seconds=2)


class Gate:
    """Lets everybody pass, or makes them wait while it is shut."""

    def __init__(self):
        self.reached = asyncio.Event()
        self._open = asyncio.Event()
        self._open.set()

    def shut(self):
        self._open.clear()

    def open(self):
        self._open.set()

    async def pass_through(self):
        if not self._open.is_set():
            self.reached.set()
            await self._open.wait()


class Provider(FakeProvider):
    """What one host has from the video API: a call that was paid for may be long in being answered."""

    def __init__(self):
        super().__init__()
        self.on_poll = [Running(40.0)]
        self.answering = Gate()

    async def submit(self, order, *, callback_url):
        ticket = await super().submit(order, callback_url=callback_url)
        await self.answering.pass_through()
        return ticket

    async def was_asked(self):
        return bool(self.submits)


class Platform(FakePlatform):
    """What one host says in the chat; it may be held right before it posts a clip."""

    def __init__(self):
        super().__init__()
        self.posting = Gate()

    async def most_bytes(self, place):
        await self.posting.pass_through()
        return await super().most_bytes(place)

    @property
    def said(self):
        return len(self.shown) + len(self.told) + len(self.delivered)


@dataclass
class Hosts:
    """Two hosts with one folder; the way of the first one to the database may be cut."""

    first: House
    second: House
    job: Job | None = None
    """What has become of it in the end."""

    @property
    def submits(self):
        return [len(house.provider.submits) for house in (self.first, self.second)]

    @property
    def delivered(self):
        return [len(house.platform.delivered) for house in (self.first, self.second)]


async def until(holds, *, seconds=20.0):
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110 another host's doing
            await asyncio.sleep(0.02)


async def reaches(house, *states):
    async def there():
        jobs = await house.store.jobs(state=None, most=2)
        return jobs and jobs[0].state in states and not jobs[0].untold

    await until(there)


async def says_nothing(house, *, seconds=2.5):
    """Whoever does not know whether the job is still its own draws nothing over what the other one has posted."""
    before = house.platform.said
    await asyncio.sleep(seconds)
    assert house.platform.said == before, house.platform.shown[before:]


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr("bot.cluster.SILENT_FOR", timedelta(seconds=4))


@pytest.fixture(params=["swallow", "refuse"])
async def line(request, postgres_url):
    """The first host's way to the database: nothing comes through any more, or nobody is there."""
    async with Cutter(postgres_url) as cutter:
        cutter.is_cut = getattr(cutter, request.param)
        yield cutter


@pytest.fixture
def host(tmp_path, line, postgres_url, monkeypatch):
    """Opens hosts by their number."""
    folders = [tmp_path / "1", tmp_path / "2"]
    folders[0].mkdir()
    folders[1].symlink_to(folders[0])
    addresses = dict(zip(folders, (line.address, postgres_url), strict=True))
    monkeypatch.setattr("tests.story.house.database_of", addresses.get)

    def opened(number):
        return open_house(
            folders[number], clock=HurriedClock(SystemClock(), HURRY), providers=[Provider()], platform=Platform()
        )

    return opened


@pytest.fixture
def hosts(host, line, postgres_url):
    """Both, the line of the first being cut as soon as its job is where a test wants it; in the end it comes back."""

    @asynccontextmanager
    async def cut_off(bring):
        async with host(0) as first:
            await first.give(ANA, 100)
            held = await bring(first)
            async with host(1) as second:
                line.is_cut()
                yield (both := Hosts(first, second))
                line.let_through()
                if held:
                    held.open()

                async def idle():
                    return not (first.engine.carried or second.engine.carried or await entries(postgres_url))

                await until(idle, seconds=40)
                assert await second.books_balance()
                (both.job,) = await second.store.jobs(state=None, most=2)

    return cut_off


async def test_what_waits_for_its_turn_is_ordered_by_the_other_one_alone(hosts):
    async def put_off(first):
        first.provider.on_submit = [TryLater("busy", after=PUT_OFF)]
        await first.say("/video a cat")
        await until(first.provider.was_asked)
        await reaches(first, State.QUEUED)

    async with hosts(put_off) as both:
        both.second.provider.on_poll = [Running(40.0), MADE]
        await reaches(both.second, State.DELIVERED)
        await says_nothing(both.first)
    assert both.submits == [1, 1]
    assert both.delivered == [0, 1]


async def test_what_is_being_made_is_posted_by_the_other_one_alone(hosts):
    async def rendering(first):
        await first.say("/video a cat")
        await reaches(first, State.RENDERING)

    async with hosts(rendering) as both:
        both.second.provider.on_poll = [Running(40.0), MADE]
        await reaches(both.second, State.DELIVERED)
        await says_nothing(both.first)
        both.first.provider.on_poll = [MADE]
        await says_nothing(both.first, seconds=0.5)
    assert both.submits == [1, 0]
    assert both.delivered == [0, 1]


async def test_what_is_about_to_be_posted_is_posted_by_the_other_one_alone(hosts):
    async def about_to_post(first):
        first.provider.on_poll = [MADE]
        first.platform.posting.shut()
        await first.say("/video a cat")
        await first.platform.posting.reached.wait()
        return first.platform.posting

    async with hosts(about_to_post) as both:
        both.first.platform.posting.open()
        await reaches(both.second, State.DELIVERED)
        assert both.first.platform.delivered == []
    assert both.submits == [1, 0]
    assert both.delivered == [0, 1]


async def test_what_a_paid_call_answers_meanwhile_is_handed_on_when_the_line_is_back(hosts):
    async def paying(first):
        first.provider.answering.shut()
        await first.say("/video a cat")
        await first.provider.answering.reached.wait()
        return first.provider.answering

    async with hosts(paying) as both:
        both.second.provider.on_poll = [MADE]
        both.first.provider.answering.open()
        await reaches(both.second, State.UNSURE)
    assert (both.job.state, both.job.charge) == (State.DELIVERED, Charge.RELEASED)
    assert both.submits == [1, 0]
    assert both.delivered == [0, 1]

"""Whose pages are open, when several processes serve and write one chat: they tell each other, and seldom."""

import asyncio

import pytest

from bot.core.model import UserId
from bot.core.store import StoreTrouble
from bot.platforms.web.audience import LOOK_SECONDS, SAID_FOR, Audience
from bot.platforms.web.streams import Streams
from tests.fakes.clock import FakeClock
from tests.fakes.messages import FakeMessages

LASTING = int(SAID_FOR.total_seconds() / LOOK_SECONDS)
"""Looks."""
ANN, BEN = UserId("web", "ann"), UserId("web", "ben")


class Telling(FakeMessages):
    def __init__(self, clock):
        super().__init__(clock)
        self.told, self.broken = [], False

    async def watch(self, users, until):
        if self.broken:
            raise StoreTrouble("away")
        self.told.append(set(users))
        await super().watch(users, until)


class Stage:
    """A process with pages, and one that carries jobs and has none."""

    def __init__(self):
        self.clock = FakeClock()
        self.messages = Telling(self.clock)
        self.pages = Streams()
        self.here, self.there = self.process(self.pages), self.process(Streams())

    def process(self, streams):
        return Audience(messages=self.messages, streams=streams, clock=self.clock, shared=True, name="web")

    async def looks_pass(self, count):
        for _ in range(count):
            self.clock.advance(seconds=LOOK_SECONDS)
            await asyncio.sleep(0.01)


@pytest.fixture
async def stage():
    stage = Stage()
    async with asyncio.TaskGroup() as group:
        running = [group.create_task(each.run()) for each in (stage.here, stage.there)]
        await asyncio.sleep(0.01)
        yield stage
        for each in running:
            each.cancel()


async def test_a_page_that_opens_here_is_known_there_within_two_looks_and_forgotten_after_it_closes(stage):
    assert not stage.here.looks(ANN)
    with stage.pages.open("ann", None):
        assert stage.here.looks(ANN)
        await stage.looks_pass(2)
        assert stage.there.looks(ANN)
        assert not stage.there.looks(BEN)
        await stage.looks_pass(LASTING * 2)
        assert stage.there.looks(ANN)
    await stage.looks_pass(LASTING + 2)
    assert not stage.there.looks(ANN)


async def test_an_open_page_is_told_of_seldom_and_a_new_one_at_once(stage):
    with stage.pages.open("ann", None):
        await stage.looks_pass(LASTING // 2 - 1)
        assert stage.messages.told == [{ANN}]
        with stage.pages.open("ben", None):
            await stage.looks_pass(1)
            assert stage.messages.told == [{ANN}, {ANN, BEN}]
        await stage.looks_pass(LASTING // 2 + 1)
        assert stage.messages.told[2:] == [{ANN}]


async def test_nothing_is_written_while_nobody_looks(stage):
    await stage.looks_pass(5)
    assert stage.messages.told == []


async def test_a_database_in_trouble_is_waited_for(stage):
    stage.messages.broken = True
    with stage.pages.open("ann", None):
        await stage.looks_pass(3)
        assert not stage.there.looks(ANN)
        stage.messages.broken = False
        await stage.looks_pass(2)
        assert stage.there.looks(ANN)

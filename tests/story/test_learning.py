"""What a finished clip teaches about the next one: when it became ready, as well as anybody can know."""

import asyncio
from datetime import timedelta

import pytest

from bot.core.model import State
from bot.core.moves import spread
from providers.contract import Done, Running
from tests.fakes.provider import FakeProvider
from tests.story.house import open_house

OFFER = "acme/Acme-1"
DONE = Done("https://cdn.example/clip.mp4")


class TimedProvider(FakeProvider):
    """Remembers when it was asked."""

    clock = None

    def __init__(self):
        super().__init__()
        self.asked_at = []

    async def poll(self, ticket):
        self.asked_at.append(self.clock.now())
        return await super().poll(ticket)

    def ages(self, job):
        """The age of the task in seconds at every question."""
        return [(moment - job.submitted_at).total_seconds() for moment in self.asked_at]


@pytest.fixture
def provider():
    return TimedProvider()


async def test_a_clip_that_was_not_ready_at_one_question_and_was_at_the_next_became_so_between(tmp_path, provider):
    provider.on_poll = [Running(40.0), DONE]
    async with open_house(tmp_path, providers=[provider]) as house:
        provider.clock = house.clock
        reply = await house.say("a cat")
        first, second = provider.ages(await house.until(reply, State.DELIVERED))

        (learned,) = await house.store.durations(OFFER)
        assert second - first > 5
        assert learned == pytest.approx(first + (second - first) * spread(reply.job), abs=0.01)


async def test_a_clip_that_the_provider_has_called_about_became_ready_just_then(tmp_path, provider):
    provider.on_poll = [Running(10.0)]
    async with open_house(tmp_path, providers=[provider]) as house:
        provider.clock = house.clock
        reply = await house.say("a cat")
        while (await house.job(reply)).state is not State.RENDERING:
            # Not from alarm to alarm: the next one may be the first question.
            house.clock.advance(seconds=0.1)
            await asyncio.sleep(0.01)
        provider.on_poll = [DONE]
        house.clock.set((await house.job(reply)).submitted_at + timedelta(seconds=7))
        await house.ears.hear("acme", reply.job, None)
        *_, called = provider.ages(await house.until(reply, State.DELIVERED))

        assert await house.store.durations(OFFER) == (pytest.approx(called, abs=0.01),)


async def test_a_clip_that_was_made_while_nobody_looked_teaches_nothing(tmp_path, provider):
    provider.on_poll = [Running(10.0)]
    async with open_house(tmp_path, providers=[provider]) as house:
        provider.clock = house.clock
        reply = await house.say("a cat")
        await house.until(reply, State.RENDERING)
    house.clock.advance(minutes=20)
    provider.on_poll = [DONE]
    async with open_house(tmp_path, clock=house.clock, providers=[provider]) as house:
        await house.until(reply, State.DELIVERED)

        assert await house.store.durations(OFFER) == ()

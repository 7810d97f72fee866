"""What a finished clip teaches about the next one: when it became ready, as well as anybody can know."""

from datetime import timedelta

import pytest

from bot.core.model import State
from bot.core.moves import spread
from providers.contract import Done, Running
from tests.fakes.provider import FakeProvider
from tests.story.house import open_house

OFFER = "acme/Acme-1"
DONE = Done("https://cdn.example/clip.mp4")


async def test_a_clip_that_was_not_ready_at_one_question_and_was_at_the_next_became_so_between(tmp_path):
    async with open_house(tmp_path) as house:
        house.provider.on_poll = [Running(40.0), DONE]
        reply = await house.say("a cat")
        await house.until(reply, State.DELIVERED)

        (learned,) = await house.store.durations(OFFER)
        # Asked every ten seconds while nothing was learned, on a clock that jumps.
        assert learned == pytest.approx(10 + 10 * spread(reply.job), abs=2)


async def test_a_clip_that_the_provider_has_called_about_became_ready_just_then(tmp_path):
    async with open_house(tmp_path) as house:
        house.provider.on_poll = [DONE]
        reply = await house.say("a cat")
        while (await house.job(reply)).state is not State.RENDERING:
            await house.clock.step()
        since = (await house.job(reply)).submitted_at
        house.clock.set(since + timedelta(seconds=7))
        await house.ears.hear("acme", reply.job, None)
        await house.until(reply, State.DELIVERED)

        assert await house.store.durations(OFFER) == (pytest.approx(7, abs=0.5),)


async def test_a_clip_that_was_made_while_nobody_looked_teaches_nothing(tmp_path):
    provider = FakeProvider()
    provider.on_poll = [Running(10.0)]
    async with open_house(tmp_path, providers=[provider]) as house:
        reply = await house.say("a cat")
        await house.until(reply, State.RENDERING)
    house.clock.advance(minutes=20)
    provider.on_poll = [DONE]
    async with open_house(tmp_path, clock=house.clock, providers=[provider]) as house:
        await house.until(reply, State.DELIVERED)

        assert await house.store.durations(OFFER) == ()

"""Progress is drawn for those who look: a chat that knows of nobody is told of each state once."""

import pytest

from bot.core.model import State
from providers.contract import Done, Running
from tests.fakes.platform import FakePlatform
from tests.story.house import open_house


class KnowingPlatform(FakePlatform):
    def __init__(self, *, looking):
        super().__init__()
        self._looking = looking

    def watched(self, _place):
        return self._looking

    def drawn(self, state):
        return [note.percent for _, note in self.shown if note.state is state]


@pytest.mark.parametrize(("looking", "drawn"), [(True, [None, 10.0, 40.0]), (False, [None])])
async def test_progress_is_drawn_while_somebody_looks(tmp_path, looking, drawn):
    platform = KnowingPlatform(looking=looking)
    async with open_house(tmp_path, platform=platform) as house:
        house.provider.on_poll = [Running(10.0), Running(40.0), Done("https://cdn.example/clip.mp4")]
        await house.until(await house.say("a cat"), State.DELIVERED)

    assert platform.drawn(State.RENDERING) == drawn
    assert platform.drawn(State.FETCHING) == ([None] if looking else [])


async def test_a_cancel_that_is_refused_is_drawn_though_nobody_looks(tmp_path):
    platform = KnowingPlatform(looking=False)
    async with open_house(tmp_path, platform=platform) as house:
        house.provider.on_poll = [Running(10.0)]
        reply = await house.say("a cat")
        while not platform.drawn(State.RENDERING):
            await house.clock.step()
        await house.say(f"/cancel {reply.job}")
        while not (await house.job(reply)).cancel_refused:
            await house.clock.step()
        for _ in range(3):
            await house.clock.step()

        assert len(platform.drawn(State.RENDERING)) > 1

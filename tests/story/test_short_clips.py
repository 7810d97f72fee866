"""A clip that lost its end on the way plays all the same: its length gives it away."""

import pytest

from bot.core.model import State
from bot.core.ports import BadClip
from providers.errors import TryLater
from tests.story.house import open_house

WHOLE, CUT, CUT_EARLIER = b"clip, all of it", b"clip, its beginning", b"clip, a bit of it"
LENGTHS = {WHOLE: 5.6, CUT: 4.7, CUT_EARLIER: 1.0}


async def delivered_of(tmp_path, on_fetch):
    """What a person gets who ordered six seconds, and what is left to be fetched."""
    async with open_house(tmp_path) as house:
        house.media.lengths = LENGTHS
        house.provider.on_fetch = [*on_fetch, b"never fetched"]
        await house.until(await house.say("a cat"), State.DELIVERED)
        ((_, delivery),) = house.platform.delivered
        assert delivery.clip.seconds == LENGTHS[delivery.path.read_bytes()]
        assert len(house.provider.submits) == 1
        return delivery.path.read_bytes(), house.provider.on_fetch[:-1]


async def test_a_clip_much_shorter_than_ordered_is_fetched_again(tmp_path):
    assert await delivered_of(tmp_path, [CUT, WHOLE]) == (WHOLE, [])


async def test_a_clip_about_as_long_as_ordered_is_fetched_once(tmp_path):
    assert await delivered_of(tmp_path, [WHOLE, CUT]) == (WHOLE, [CUT])


@pytest.mark.parametrize(("first", "second"), [(CUT, CUT), (CUT, CUT_EARLIER), (CUT_EARLIER, CUT)])
async def test_of_two_short_clips_the_longer_one_is_what_was_made(tmp_path, first, second):
    assert await delivered_of(tmp_path, [first, second, WHOLE]) == (CUT, [WHOLE])


@pytest.mark.parametrize("trouble", [TryLater("expired"), TimeoutError(), OSError("disk"), BadClip("half"), b"<html>"])
async def test_a_short_clip_is_not_given_away_for_a_second_one_that_cannot_be_had(tmp_path, trouble):
    assert await delivered_of(tmp_path, [CUT, trouble]) == (CUT, [])

"""Channels for adults, covered clips, and how admins are reached on Discord."""

import pytest

from bot.core.model import CommunityId, LimitSet, Reply
from bot.core.ports import ReachesAdmins
from tests.fakes.discord.calls import Call
from tests.fakes.discord.rights import May
from tests.fakes.discord.spec_file import open_spec
from tests.fakes.discord.trouble import broken
from tests.fakes.discord.world import Kind
from tests.platforms.discord.stage import JOB, scene


@pytest.fixture
async def house(tmp_path, in_ci):
    async with scene(tmp_path, check=open_spec(in_ci=in_ci).request_problems) as made, made.running():
        yield made
        assert made.discord.wrong_requests == []


# ------------------------------------------------------------------------------------------------ adults


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.VOICE])
async def test_a_channel_says_whether_it_is_for_adults(house, kind):
    tame, wild = house.guild.channel("tame", kind=kind), house.guild.channel("wild", kind=kind)
    wild.restrict()
    for channel in (tame, wild):
        house.ana.goes_to(channel)
        await house.asks()
    assert [incoming.place.age_restricted for incoming in house.core.heard] == [False, True]


async def test_a_thread_and_a_post_are_what_their_channel_is(house):
    house.channel.restrict()
    forum = house.guild.forum("films of the night")
    forum.restrict()
    for place in (house.channel.thread("cats"), forum.thread("dogs"), house.guild.channel("tame").thread("mice")):
        house.ana.goes_to(place)
        await house.asks()
    assert [incoming.place.age_restricted for incoming in house.core.heard] == [True, True, False]


async def test_a_private_chat_is_no_such_channel(house):
    house.ana.goes_to_dm()
    await house.asks()
    assert house.place.age_restricted is None


# ------------------------------------------------------------------------------------------------ spoilers


@pytest.mark.parametrize("spoiler", [True, False])
async def test_a_clip_is_covered_by_its_gallery_and_keeps_its_name(house, spoiler):
    await house.asks()
    await house.chat.deliver(house.place, house.delivery(spoiler=spoiler))
    [clip] = house.clips_seen()
    assert (clip.covered, clip.media[0].name) == (spoiler, f"reelbot-{JOB}.mp4")


async def test_a_clip_that_is_posted_anew_is_covered_too(house):
    await house.asks()
    house.clock.advance(minutes=20)
    house.discord.world.skip(1200)
    await house.chat.deliver(house.place, house.delivery(spoiler=True))
    assert house.clips_seen()[-1].covered


async def test_a_clip_that_is_sent_again_is_covered_where_that_server_wants_it(house):
    await house.asks()
    first = house.place
    house.limits = LimitSet(spoiler=True)
    house.core.replies["/job"] = Reply(text="Sending the clip again.", job=JOB)
    await house.ana.slash("job", id=JOB).answered()
    await house.answered()
    await house.chat.deliver(first, house.delivery())
    assert house.clips_seen()[-1].covered


async def test_a_person_can_have_one_clip_covered(house):
    await house.asks(spoiler=True)
    assert house.core.heard[-1].text == "a cat smiling spoiler=on"


# ------------------------------------------------------------------------------------------------ admins


def community(house):
    return CommunityId("discord", str(house.guild.id))


async def tell(house, handle="1/2"):
    return await house.chat.tell_admins(community(house), "Somebody reports *this*.", handle)


def told(house, channel):
    return [message.text for message in channel.posts]


async def test_admins_are_told_where_discord_writes_to_them_itself(house):
    house.guild.notices, house.guild.alerts = house.guild.channel("notices"), house.guild.channel("alerts")
    assert isinstance(house.chat, ReachesAdmins)
    assert await tell(house)
    assert told(house, house.guild.alerts) == [
        f"Somebody reports \\*this\\*.\nhttps://discord.com/channels/{house.guild.id}/1/2"
    ]
    assert told(house, house.guild.notices) == []


async def test_a_room_that_is_shut_to_us_gives_way_to_the_next_and_then_to_the_owner(house):
    alerts = house.guild.alerts = house.guild.channel("alerts")
    alerts.overwrite(house.guild.bot_role, take=May.SEND_MESSAGES | May.VIEW_CHANNEL)
    assert await tell(house, None)
    assert told(house, alerts) == []
    assert told(house, house.discord.world.dm(house.guild.owner)) == ["Somebody reports \\*this\\*."]


async def test_an_owner_who_takes_no_messages_cannot_be_reached(house):
    house.guild.owner.takes_dms = False
    assert not await tell(house)


async def test_while_discord_is_out_of_order_nobody_counts_as_told(house):
    house.discord.troubles.next(Call.GET_GUILD, broken(503))
    with pytest.raises(OSError, match="503"):
        await tell(house)


async def test_a_server_that_threw_us_out_is_told_nothing(house):
    house.guild.throw_out()
    assert not await tell(house)

"""What people in the channel see when Discord itself misbehaves."""

import asyncio

import pytest
from discord import AutoShardedClient
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.core.model import UserId
from bot.platforms.discord.gateway import NotWelcome
from tests.fakes.discord.asked import Unanswered
from tests.fakes.discord.calls import Call
from tests.fakes.discord.messages import Picture
from tests.fakes.discord.rights import May
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.trouble import broken, cut_after, cut_before, half_upload, refused, slow, too_many
from tests.platforms.discord.story_house import Discords, ended, purse, purse_after, shows_clip

FULL, LEFT = (100, 0), (72, 0)
"""Credits and holds before and after one video."""


async def at_once(_client, _shard, *, initial=False):
    """No pause before a new session, where the library waits for five seconds."""


@pytest.fixture
async def discord(monkeypatch, tmp_path):
    monkeypatch.setattr(AutoShardedClient, "before_identify_hook", at_once)
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
    async with FakeDiscord().serve() as server:
        yield Discords(server, tmp_path)
        assert server.wrong_requests == []


@pytest.fixture
def general(discord):
    return discord.server.guild().channel("general")


@pytest.fixture
def ana(discord, general):
    return discord.server.person("ana", general.guild).goes_to(general)


@pytest.fixture
def ben(discord, general):
    return discord.server.person("ben", general.guild).goes_to(general)


def clips_in(channel):
    return [message for message in channel.posts if shows_clip(message)]


@pytest.mark.parametrize("trouble", [cut_after(), cut_before(), broken(503), broken(503, took_effect=True), slow(0.5)])
async def test_one_clip_arrives_whatever_becomes_of_the_acknowledgement(discord, general, ana, trouble):
    discord.server.troubles.next(Call.CALLBACK, trouble)
    async with discord.bot() as house:
        await ana.slash("video", prompt="a cat").answered()
        clip = await ana.sees(shows_clip)
        assert await purse_after(discord, house, ana) == LEFT
    assert general.posts == [clip]


async def test_an_acknowledgement_that_discord_does_not_take_costs_nothing(discord, general, ana):
    discord.server.troubles.next(Call.CALLBACK, refused(10062))
    async with discord.bot() as house:
        with pytest.raises(Unanswered):
            await ana.slash("video", prompt="a cat").answered(0.5)
        assert await house.store.jobs(state=None, most=5) == []
        # What a person does then.
        await ana.slash("video", prompt="a cat").answered()
        await ana.sees(shows_clip)
        assert await purse_after(discord, house, ana) == LEFT


@pytest.mark.parametrize("expired", [False, True])
@pytest.mark.parametrize("trouble", [half_upload(), too_many(0.05), too_many(9, via=False), too_many(9, page=True)])
async def test_an_upload_that_fails_is_made_again(discord, general, ana, expired, trouble):
    discord.server.troubles.next_upload(trouble)
    if expired:
        discord.provider.before_answer = discord.server.interactions.expire_tokens
    async with discord.bot() as house:
        await ana.slash("video", prompt="a cat").answered()
        clip = await ana.sees(shows_clip)
        assert await purse_after(discord, house, ana) == LEFT
    assert clips_in(general) == [clip]


async def test_a_note_that_somebody_deletes_does_not_take_the_clip_with_it(discord, general, ana):
    def delete():
        for message in general.posts:
            message.deleted = True

    discord.provider.before_answer = delete
    async with discord.bot() as house:
        await ana.slash("video", prompt="a cat").answered()
        clip = await ana.sees(shows_clip)
        assert await purse_after(discord, house, ana) == LEFT
    assert (clips_in(general), ana.pings()) == ([clip], [clip])


async def test_a_thread_that_fell_asleep_wakes_up_for_the_clip(discord, general, ana):
    thread = general.thread("cats")
    ana.goes_to(thread)
    discord.provider.before_answer = thread.archive
    async with discord.bot() as house:
        await ana.slash("video", prompt="a cat").answered()
        clip = await ana.sees(shows_clip)
        assert await purse_after(discord, house, ana) == LEFT
    assert (clips_in(thread), general.posts) == ([clip], [])


async def test_a_post_in_a_forum_gets_its_clip(discord, general, ana):
    post = general.guild.forum("wishes").thread("a cat please")
    ana.goes_to(post)
    async with discord.bot():
        await ana.slash("video", prompt="a cat").answered()
        clip = await ana.sees(shows_clip)
    assert post.posts == [clip]


@pytest.mark.parametrize("taken", [May.SEND_MESSAGES, May.ATTACH_FILES, May.VIEW_CHANNEL])
async def test_where_the_bot_may_not_post_any_more_the_clip_comes_privately(discord, general, ana, taken):
    def shut():
        discord.server.interactions.expire_tokens()
        general.overwrite(general.guild.bot_role, take=taken)

    discord.provider.before_answer = shut
    async with discord.bot():
        await ana.slash("video", prompt="a cat").answered()
        await ana.sees(shows_clip, channel=discord.server.world.dm(ana.user))
    assert clips_in(general) == []


@pytest.mark.parametrize("everywhere", [False, True])
async def test_a_long_wait_that_discord_asks_for_only_makes_the_clip_late(discord, general, ana, everywhere):
    discord.server.troubles.next(Call.CREATE_MESSAGE, too_many(60, everywhere=everywhere))
    discord.provider.before_answer = discord.server.interactions.expire_tokens
    async with discord.bot() as house:
        await ana.slash("video", prompt="a cat").answered()
        clip = await ana.sees(shows_clip)
        assert await purse_after(discord, house, ana) == LEFT
    assert clips_in(general) == [clip]


async def test_while_discord_is_down_the_clip_waits(discord, general, ana):
    def break_down():
        for call in (Call.EDIT_ORIGINAL, Call.EDIT_MESSAGE, Call.CREATE_MESSAGE):
            discord.server.troubles.next(call, *[cut_before()] * 12)

    discord.provider.before_answer = break_down
    async with discord.bot() as house:
        await ana.slash("video", prompt="a cat").answered()
        clip = await ana.sees(shows_clip, seconds=30)
        assert await purse_after(discord, house, ana) == LEFT
    assert clips_in(general) == [clip]


async def test_a_worker_without_a_line_of_its_own_delivers(discord, general, ana):
    async with discord.bot():
        await ana.slash("video", prompt="a cat").answered()
        await discord.server.eventually(lambda: discord.provider.submits)
    discord.server.gateway.refuses_with = [4000] * 1000
    async with discord.bot(sessions=0) as house:
        await ana.sees(shows_clip)
        assert await purse_after(discord, house, ana) == LEFT


async def test_nobody_is_pinged_by_what_a_prompt_says(discord, general, ana, ben):
    discord.provider.before_answer = discord.server.interactions.expire_tokens
    async with discord.bot():
        await ana.slash("video", prompt=f"@everyone {ben.user.mention} **a** [cat](http://x)").answered()
        clip = await ana.sees(shows_clip)
    assert (ben.pings(), ana.pings()) == ([], [clip])
    assert "**a**" not in clip.text


async def test_an_upload_that_is_gone_before_it_was_fetched_costs_nothing(discord, general, ana, ben):
    discord.server.troubles.next(Call.DOWNLOAD, refused(10008), refused(10008), refused(10008))
    async with discord.bot() as house:
        await ana.slash("video", prompt="a cat", image=Picture("cat.png", b"png")).answered()
        await ana.sees(lambda message: message.ephemeral_for is ana.user)
        assert (await house.store.jobs(state=None, most=5), ben.seen()) == ([], [])


async def test_a_guest_app_that_may_not_speak_answers_its_asker_alone(discord):
    foreign = discord.server.guild("foreign", installed=False)
    eve = discord.server.person("eve", foreign, has_installed=True).goes_to(foreign.channel("lobby"))
    eve.here.overwrite(foreign.everyone, take=May.USE_EXTERNAL_APPS)
    async with discord.bot() as house:
        await eve.slash("video", prompt="a cat").answered()
        clip = await eve.sees(shows_clip)
        assert await purse_after(discord, house, eve) == LEFT
    assert clip.ephemeral_for is eve.user


async def test_a_guest_app_whose_token_died_writes_privately(discord):
    foreign = discord.server.guild("foreign", installed=False)
    eve = discord.server.person("eve", foreign, has_installed=True).goes_to(foreign.channel("lobby"))
    discord.provider.before_answer = discord.server.interactions.expire_tokens
    async with discord.bot():
        await eve.slash("video", prompt="a cat").answered()
        await eve.sees(shows_clip, channel=discord.server.world.dm(eve.user))


async def test_an_undelivered_clip_comes_with_job_once_there_is_a_way(discord, general, ana):
    def shut():
        discord.server.interactions.expire_tokens()
        general.delete()
        ana.user.takes_dms = False

    discord.provider.before_answer = shut
    async with discord.bot() as house:
        await ana.slash("video", prompt="a cat").answered()
        (job,) = await discord.server.eventually_ask(lambda: ended(house))
        assert job.state == "undelivered"
        ana.goes_to(general.guild.channel("elsewhere"))
        await ana.slash("job", id=job.id).answered()
        clip = await ana.sees(shows_clip)
    assert ana.here.posts == [clip]


@pytest.mark.parametrize("how", ["cut", "invalid", "moved", "forgotten"])
async def test_a_lost_line_loses_nobodys_wish(discord, general, ana, how):
    gateway = discord.server.gateway
    async with discord.bot():
        if how == "forgotten":
            gateway.forget_sessions()
        {"cut": gateway.drop, "forgotten": gateway.drop, "moved": gateway.ask_to_reconnect}.get(
            how, gateway.invalidate
        )()
        await discord.server.eventually(lambda: gateway.resumes + gateway.identifies > 1, seconds=30)
        await discord.server.online()
        await ana.slash("video", prompt="a cat").answered()
        await ana.sees(shows_clip)


async def test_a_revoked_token_ends_the_listening_with_clear_words(discord, general, ana):
    with pytest.RaisesGroup(NotWelcome, flatten_subgroups=True, allow_unwrapped=True) as said:
        async with discord.bot():
            discord.server.revoke_token()
            await asyncio.sleep(10)
    assert "DISCORD_TOKEN" in str(said.value.exceptions)


async def test_the_bot_listens_on_as_many_lines_as_discord_wants(discord, general, ana):
    discord.server.ask_for_shards(2)
    async with discord.bot(sessions=2):
        await ana.slash("video", prompt="a cat").answered()
        clip = await ana.sees(shows_clip)
    assert general.posts == [clip]


async def test_commands_are_handed_over_once(discord):
    for _ in range(2):
        async with discord.bot():
            await asyncio.sleep(0.2)
    assert discord.server.application.syncs == 1


async def test_fifty_people_ask_at_once(discord, general):
    people = [discord.server.person(f"p{number}", general.guild).goes_to(general) for number in range(50)]
    async with discord.bot() as house:
        asked = [person.slash("video", prompt="a cat") for person in people]
        for one in asked:
            await one.answered()
        await discord.server.eventually(lambda: len(clips_in(general)) == 50, seconds=60)
        for person in people:
            owner = UserId("discord", str(person.user.id))
            assert (await house.store.wallet(str(owner))).balance == 72
        assert await purse(house, people[0]) == LEFT
    assert len(general.posts) == 50

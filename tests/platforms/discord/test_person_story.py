"""What people in the channel see, from `/video` to the clip, whatever happens in between."""

import asyncio

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from providers.contract import Done, Running
from tests.fakes.discord.messages import Picture
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.trouble import broken, cut_after, cut_before, too_large
from tests.fakes.discord.world import MIB, Kind
from tests.platforms.discord.story_house import Discords, ended, purse_after, shows_clip

FULL, LEFT = (100, 0), (72, 0)
"""Credits and holds before and after one video."""


@pytest.fixture
async def discord(monkeypatch, tmp_path):
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
    async with FakeDiscord().serve() as server:
        yield Discords(server, tmp_path)


@pytest.fixture
def thread(discord):
    return discord.server.guild().channel("general").thread("cats")


@pytest.fixture
def ana(discord, thread):
    return discord.server.person("ana", thread.guild).goes_to(thread)


@pytest.fixture
def ben(discord, thread):
    return discord.server.person("ben", thread.guild).goes_to(thread)


async def test_a_wish_becomes_a_clip_in_the_same_thread(discord, thread, ana, ben):
    async with discord.bot() as house:
        await ana.slash("video", prompt="a cat smiling", image=Picture("cat.png", b"png")).answered()
        clip = await ana.sees(shows_clip)
        assert (thread.posts, ben.seen()) == ([clip], [clip])
        assert clip.media[0].content == b"clip"
        assert clip.labels == ["Again", "Edit prompt", "Delete", "Report"]
        assert "a cat smiling" in clip.text
        assert await purse_after(discord, house, ana) == LEFT
        assert ben.pings() == []
        assert await house.books_balance()
    assert discord.server.wrong_requests == []


async def test_a_restart_in_the_middle_is_not_seen_by_anybody(discord, thread, ana):
    discord.provider.on_poll = [Running(10.0)]
    async with discord.bot():
        await ana.slash("video", prompt="a cat").answered()
        await discord.server.eventually(lambda: discord.provider.polls)
    discord.provider.on_poll = [Done("https://cdn.example/clip.mp4")]
    async with discord.bot() as house:
        clip = await ana.sees(shows_clip)
        assert await purse_after(discord, house, ana) == LEFT
    assert thread.posts == [clip]
    assert len(discord.provider.submits) == 1


async def test_an_interaction_that_comes_twice_makes_one_video(discord, thread, ana):
    async with discord.bot() as house:
        asked = await ana.slash("video", prompt="a cat").answered()
        ana.again(asked)
        clip = await ana.sees(shows_clip)
        ana.again(asked)
        await asyncio.sleep(0.1)
        assert await purse_after(discord, house, ana) == LEFT
    assert thread.posts == [clip]
    assert len(discord.provider.submits) == 1


async def test_a_resume_that_repeats_the_interaction_makes_one_video(discord, thread, ana):
    async with discord.bot() as house:
        await ana.slash("video", prompt="a cat").answered()
        discord.server.gateway.repeats = 5
        discord.server.gateway.drop(code=4000)
        await discord.server.eventually(lambda: discord.server.gateway.resumes)
        clip = await ana.sees(shows_clip)
        await asyncio.sleep(0.1)
        assert await purse_after(discord, house, ana) == LEFT
    assert thread.posts == [clip]


async def test_an_interaction_too_old_to_be_answered_costs_nothing(discord, thread, ana):
    async with discord.bot() as house:
        ana.slash("video", prompt="a cat", age_seconds=10)
        await asyncio.sleep(0.3)
        assert (ana.seen(), discord.provider.submits, thread.posts) == ([], [], [])
        assert await house.store.jobs(state=None, most=5) == []


async def test_whoever_has_too_few_credits_is_told_so_alone(discord, thread, ana, ben):
    async with discord.bot():
        await ana.slash("video", prompt="a cat", seconds=10).answered()
        await ana.sees(shows_clip)
        await ana.slash("video", prompt="another cat", seconds=10).answered()
        refusal = await ana.sees(lambda message: message.ephemeral_for is ana.user and "credits" in message.text)
        assert (refusal in ben.seen(), len(thread.posts)) == (False, 1)


@pytest.mark.parametrize("page", [False, True])
@pytest.mark.parametrize("expired", [False, True])
async def test_a_clip_that_is_refused_for_its_size_arrives_smaller(discord, thread, ana, expired, page):
    discord.provider.on_fetch = [b"clip" + bytes(11 * MIB)]
    thread.guild.boost(2)
    discord.server.troubles.next_upload(too_large(page=page))
    if expired:
        discord.provider.before_answer = discord.server.interactions.expire_tokens
    async with discord.bot() as house:
        await ana.slash("video", prompt="a cat").answered()
        clip = await ana.sees(shows_clip)
        assert len(clip.media[0].content) <= 10 * MIB
        assert await purse_after(discord, house, ana) == LEFT
    assert [message for message in thread.posts if shows_clip(message)] == [clip]


async def test_a_clip_that_no_message_takes_comes_as_a_link(discord, thread, ana):
    discord.link = "https://clips.example/1"
    discord.server.troubles.next_upload(*[too_large()] * 20)
    async with discord.bot() as house:
        await ana.slash("video", prompt="a cat").answered()
        await ana.sees(lambda message: any(button.url == discord.link for button in message.buttons))
        assert await purse_after(discord, house, ana) == LEFT
    assert len(thread.posts) == 1


async def test_after_the_token_died_the_clip_comes_as_a_message_of_its_own(discord, thread, ana, ben):
    server = discord.server
    discord.provider.before_answer = server.interactions.expire_tokens
    async with discord.bot() as house:
        await ana.slash("video", prompt="a cat").answered()
        clip = await ana.sees(shows_clip)
        assert await purse_after(discord, house, ana) == LEFT
        await asyncio.sleep(0.1)
    assert sum(map(shows_clip, thread.posts)) == 1
    assert (ana.pings(), ben.pings()) == ([clip], [])
    assert len(thread.posts) == 2


async def test_a_deleted_channel_brings_the_clip_into_the_private_chat(discord, thread, ana):
    discord.provider.before_answer = thread.parent.delete
    async with discord.bot() as house:
        await ana.slash("video", prompt="a cat").answered()
        clip = await ana.sees(shows_clip, channel=discord.server.world.dm(ana.user))
        assert await purse_after(discord, house, ana) == LEFT
    assert ana.pings() == [clip]


async def test_a_locked_thread_brings_the_clip_into_its_channel(discord, thread, ana):
    def lock():
        discord.server.interactions.expire_tokens()
        thread.archive(locked=True)

    discord.provider.before_answer = lock
    async with discord.bot():
        await ana.slash("video", prompt="a cat").answered()
        clip = await ana.sees(shows_clip, channel=thread.parent)
    assert (ana.pings(), thread.parent.posts) == ([clip], [clip])


async def test_a_bot_that_was_thrown_out_writes_to_nobody_and_keeps_the_clip(discord, thread, ana):
    def throw_out():
        discord.server.interactions.expire_tokens()
        thread.guild.throw_out()

    discord.provider.before_answer = throw_out
    async with discord.bot() as house:
        await ana.slash("video", prompt="a cat").answered()
        (job,) = await discord.server.eventually_ask(lambda: ended(house))
        assert job.state == "undelivered"
        assert await house.books_balance()


@pytest.mark.parametrize(
    "troubles", [[cut_after()] * 2, [cut_before()] * 2, [broken(503)], [broken(503, took_effect=True)]]
)
@pytest.mark.parametrize("expired", [False, True])
async def test_one_clip_arrives_whatever_becomes_of_an_upload(discord, thread, ana, troubles, expired):
    def spoil():
        if expired:
            discord.server.interactions.expire_tokens()
        discord.server.troubles.next_upload(*troubles)

    discord.provider.before_answer = spoil
    async with discord.bot() as house:
        await ana.slash("video", prompt="a cat").answered()
        clip = await ana.sees(shows_clip)
        assert await purse_after(discord, house, ana) == LEFT
    assert [message for message in thread.posts if shows_clip(message)] == [clip]
    assert len(discord.provider.submits) == 1


async def test_buttons_work_after_a_restart_and_for_their_owner_alone(discord, thread, ana, ben):
    async with discord.bot():
        await ana.slash("video", prompt="a cat").answered()
        clip = await ana.sees(shows_clip)
    async with discord.bot():
        await ben.press(clip, "Delete").answered()
        await asyncio.sleep(0.1)
        assert not clip.deleted
        await ana.press(clip, "Delete").answered()
        await discord.server.eventually(lambda: not any(map(shows_clip, ana.seen())))


async def test_edit_prompt_opens_a_form_and_makes_another_video(discord, thread, ana):
    async with discord.bot():
        await ana.slash("video", prompt="a cat").answered()
        clip = await ana.sees(shows_clip)
        opened = await ana.press(clip, "Edit prompt").answered()
        assert opened.fields["prompt"]["value"] == "a cat"
        await ana.submit_modal(opened, prompt="a dog").answered()
        await ana.sees(lambda message: shows_clip(message) and "a dog" in message.text)
    assert [order.prompt for order in discord.provider.submits] == ["a cat", "a dog"]


async def test_a_private_chat_works_like_a_channel(discord, thread, ana):
    async with discord.bot():
        await ana.goes_to_dm().slash("video", prompt="a cat").answered()
        clip = await ana.sees(shows_clip)
    assert ana.here.posts == [clip]


@pytest.mark.parametrize("kind", [Kind.VOICE, Kind.ANNOUNCEMENT])
async def test_every_channel_that_people_talk_in_gets_its_clip(discord, thread, ana, kind):
    ana.goes_to(thread.guild.channel("talk", kind=kind))
    async with discord.bot():
        await ana.slash("video", prompt="a cat").answered()
        clip = await ana.sees(shows_clip)
    assert ana.here.posts == [clip]


async def test_a_clip_of_a_private_thread_never_leaves_for_its_channel(discord, thread, ana):
    ana.goes_to(thread.parent.thread("secret", people=(ana.user,)))
    discord.provider.before_answer = discord.server.interactions.expire_tokens
    async with discord.bot():
        await ana.slash("video", prompt="a cat").answered()
        await ana.sees(shows_clip, channel=discord.server.world.dm(ana.user))
    assert thread.parent.posts == []


async def test_between_two_people_the_clip_comes_by_the_token(discord, ana):
    ana.user.has_installed = True
    eve = discord.server.person("eve")
    ana.goes_to(discord.server.world.private_chat(ana.user, eve.user))
    async with discord.bot():
        await ana.slash("video", prompt="a cat").answered()
        clip = await ana.sees(shows_clip)
    assert eve.seen(ana.here) == [clip]


async def test_where_the_bot_is_no_member_the_token_brings_the_clip(discord):
    foreign = discord.server.guild("foreign", installed=False)
    eve = discord.server.person("eve", foreign, has_installed=True).goes_to(foreign.channel("lobby"))
    async with discord.bot():
        await eve.slash("video", prompt="a cat").answered()
        clip = await eve.sees(shows_clip)
    assert eve.here.posts == [clip]


async def test_a_clip_sent_again_into_another_server_is_reported_there_to_its_admins(discord, thread, ana):
    dogs = discord.server.guild("dogs")
    lobby = dogs.channel("lobby")
    cem = discord.server.person("cem", dogs).goes_to(lobby)
    dogs.join(ana.user)
    async with discord.bot() as house:
        await ana.slash("video", prompt="a cat smiling").answered()
        await ana.sees(shows_clip)
        (job,) = await discord.server.eventually_ask(lambda: ended(house))
        ana.goes_to(lobby)
        await ana.slash("job", id=job.id).answered()
        clip = await cem.sees(shows_clip)
        await cem.press(clip, "Report").answered()
        await cem.reads("Thank you. Whoever runs this bot is told, and the admins here")
        await cem.slash("report", job=job.id).answered()
        await cem.reads(f"There is no video with the id {job.id} here.")
        await house.gear.bulletins.tell()
    owner = discord.server.world.dm(dogs.owner)
    [told] = [message.text for message in owner.posts]
    assert f"https://discord.com/channels/{dogs.id}/{lobby.id}/{clip.id}" in told
    assert discord.server.wrong_requests == []


async def test_animate_this_image_takes_the_picture_of_a_message(discord, thread, ana, ben):
    origin = thread.say(ben.user, pictures=(Picture("cat.png", b"png"),))
    async with discord.bot():
        opened = await ana.context_menu("Animate this image", origin).answered()
        await ana.submit_modal(opened, prompt="she smiles").answered()
        await ana.sees(shows_clip)
    assert [order.prompt for order in discord.provider.submits] == ["she smiles"]
    assert discord.provider.submits[0].first_frame is not None
